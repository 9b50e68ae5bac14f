import { useTranslation } from 'react-i18next'
import { abilities, modes, purposes } from './model-form.ts'

/** What a model is for, in words; LiteLLM's own word where we have none. */
export function useModeName(): (mode: string) => string {
  const { t } = useTranslation('catalogue')
  return (mode) => {
    const known = modes.find((one) => one === mode)
    return known === undefined ? mode : t(`mode.${known}`)
  }
}

export function useAbilityName(): (ability: string) => string {
  const { t } = useTranslation('catalogue')
  return (ability) => {
    const known = [...abilities, ...purposes].find((one) => one === ability)
    return known === undefined ? ability.replaceAll('_', ' ') : t(`ability.${known}`)
  }
}
