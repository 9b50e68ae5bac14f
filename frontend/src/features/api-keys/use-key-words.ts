import { useTranslation } from 'react-i18next'

/** What the form says about what cannot be sent. */
export function useComplaintWords() {
  const { t } = useTranslation('api-keys')
  return {
    nameMissing: t('wrong.name'),
    modelsMissing: t('wrong.models'),
    notWhole: t('wrong.whole'),
    metadataOdd: t('wrong.metadata'),
    dateGone: t('wrong.dateGone'),
  }
}

/** How models stand that one has not subscribed to. */
export function useChoiceWords() {
  const { t } = useTranslation('api-keys')
  return {
    open: t('choice.open'),
    restricted: t('choice.restricted'),
    waiting: t('choice.waiting'),
    unavailable: t('choice.unavailable'),
  }
}
