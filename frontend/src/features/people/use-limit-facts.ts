import { useTranslation } from 'react-i18next'
import type { Fact } from '../../ui/Facts.tsx'
import { useFormats } from '../../ui/formats.ts'
import type { Limits } from './limits.ts'

/** Limits as terms and values, for `Facts`. */
export function useLimitFacts(): (limits: Limits) => readonly Fact[] {
  const { t } = useTranslation(['people', 'common'])
  const { number } = useFormats()
  const say = (value: number | null) => (value === null ? t('common:state.unlimited') : number(value))
  return (limits) => [
    { term: t('limit.rpm'), value: say(limits.rpmLimit) },
    { term: t('limit.tpm'), value: say(limits.tpmLimit) },
    { term: t('limit.parallel'), value: say(limits.maxParallelRequests) },
  ]
}
