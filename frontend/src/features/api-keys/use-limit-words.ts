import { useTranslation } from 'react-i18next'
import { useFormats } from '../../ui/formats.ts'
import type { Limits } from '../people/limits.ts'

/** The limits that there are, short enough for a list; empty where there are none. */
export function useLimitWords(): (limits: Limits) => string {
  const { t } = useTranslation('api-keys')
  const { compact } = useFormats()
  return ({ rpmLimit, tpmLimit, maxParallelRequests }) =>
    [
      ...(rpmLimit === null ? [] : [t('short.rpm', { value: compact(rpmLimit) })]),
      ...(tpmLimit === null ? [] : [t('short.tpm', { value: compact(tpmLimit) })]),
      ...(maxParallelRequests === null ? [] : [t('short.parallel', { value: compact(maxParallelRequests) })]),
    ].join(' · ')
}
