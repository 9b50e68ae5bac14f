import { Label } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import type { Organization } from './organization-queries.ts'

/** What is not as usual with an organization. */
export function OrganizationLabels({ organization }: { organization: Organization }) {
  const { t } = useTranslation('organizations')
  return (
    <>
      {organization.isDefault && (
        <Label isCompact variant="outline">
          {t('isDefault')}
        </Label>
      )}
      {organization.status === 'suspended' && (
        <Label isCompact variant="outline" status="danger">
          {t('status.suspended')}
        </Label>
      )}
    </>
  )
}
