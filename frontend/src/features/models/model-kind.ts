import type { Model } from './catalogue-queries.ts'

/** What a model does, as LiteLLM calls it; the texts know these. */
const modes = [
  'chat',
  'completion',
  'responses',
  'embedding',
  'image_generation',
  'image_edit',
  'audio_transcription',
  'audio_speech',
  'rerank',
  'moderation',
] as const

export type Mode = (typeof modes)[number]

export const knownMode = (mode: string): Mode | undefined =>
  modes.find((one) => one === (mode === 'text_completion' ? 'completion' : mode))

type Prices = Pick<
  Model,
  'inputPricePerMillion' | 'cachedInputPricePerMillion' | 'outputPricePerMillion' | 'pricePerRequest'
>

export interface PriceLine {
  readonly kind: 'input' | 'cachedInput' | 'output' | 'request'
  readonly usd: number
}

/** What a call is paid by, where a price is known: tokens for models of text, calls for pictures, sound and sorting. */
export function priceLines(prices: Prices): readonly PriceLine[] {
  const lines: ReadonlyArray<readonly [PriceLine['kind'], number | null]> = [
    ['input', prices.inputPricePerMillion],
    ['cachedInput', prices.cachedInputPricePerMillion],
    ['output', prices.outputPricePerMillion],
    ['request', prices.pricePerRequest],
  ]
  return lines.flatMap(([kind, usd]) => (usd === null ? [] : [{ kind, usd }]))
}

/** The two that fit on a card; models that write nothing have no price of writing. */
export function mainPrices(model: Prices & Pick<Model, 'mode'>): readonly PriceLine[] {
  const all = priceLines(model)
  const writes = ['chat', 'completion', 'responses'].includes(knownMode(model.mode) ?? 'chat')
  return all.filter(({ kind, usd }) => kind !== 'cachedInput' && (kind !== 'output' || writes || usd > 0))
}
