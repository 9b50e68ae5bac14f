import { useTranslation } from 'react-i18next'

/** What the names of events mean. A name that is newer than this console is shown as it is. */
export function useEventWords() {
  const { t } = useTranslation('webhooks')
  return { event: (name: string): string => t(`event.${name}`, { defaultValue: name }) }
}
