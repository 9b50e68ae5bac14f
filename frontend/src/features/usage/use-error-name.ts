import { useTranslation } from 'react-i18next'

/** What an error's code means, for people; codes that nobody foresaw are shown as they are. */
export function useErrorName(): (failure: {
  readonly outcome: string
  readonly errorCode: string | null
  readonly statusCode: number
}) => string {
  const { t, i18n } = useTranslation('usage')
  return ({ outcome, errorCode, statusCode }) => {
    if (outcome === 'cancelled') return t('outcome.cancelled')
    const key = `errorCode.${errorCode ?? ''}`
    if (errorCode !== null && i18n.exists(key, { ns: 'usage' })) return t(key)
    return errorCode ?? t('errors.http', { status: statusCode })
  }
}
