import { Breadcrumb, BreadcrumbItem } from '@patternfly/react-core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

export function Crumbs({ name }: { name: string | undefined }) {
  const { t } = useTranslation('models')
  return (
    <Breadcrumb aria-label={t('page.breadcrumb')}>
      <BreadcrumbItem>
        <Link to="/models" search={{}}>
          {t('title')}
        </Link>
      </BreadcrumbItem>
      <BreadcrumbItem isActive>{name ?? '…'}</BreadcrumbItem>
    </Breadcrumb>
  )
}
