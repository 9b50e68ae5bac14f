import { Bullseye, PageSection, Spinner } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'

export function PendingPage() {
  const { t } = useTranslation()
  return (
    <PageSection isFilled aria-busy>
      <Bullseye>
        <Spinner aria-label={t('state.loading')} />
      </Bullseye>
    </PageSection>
  )
}
