import type { Arguments } from '@litemaas/client'
import { modes, type ModelDraft } from './model-form.ts'

/** Of a form what a provider must be told to be tried. */
export function trialOf(draft: ModelDraft): Arguments<'testModelConnection'>['body'] {
  const [providerModel, provider, apiBase, apiKey] = [
    draft.providerModel.trim(),
    draft.provider.trim(),
    draft.apiBase.trim(),
    draft.apiKey.trim(),
  ]
  const mode = modes.find((one) => one === draft.mode)
  return {
    providerModel,
    ...(provider === '' ? {} : { provider }),
    ...(apiBase === '' ? {} : { apiBase }),
    ...(apiKey === '' ? {} : { apiKey }),
    ...(mode === undefined ? {} : { mode }),
  }
}
