import { Card, CardBody, CardTitle, Content, Grid, GridItem, List, ListItem } from '@patternfly/react-core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useScope } from '../../app/scope.tsx'
import { useSession } from '../../app/session.ts'
import { Facts } from '../../ui/Facts.tsx'
import { useFormats } from '../../ui/formats.ts'
import { SpendBar } from '../../ui/SpendBar.tsx'
import { useLimitFacts } from '../people/use-limit-facts.ts'
import { UsageSummary } from '../people/UsageSummary.tsx'
import type { Organization } from './organization-queries.ts'

const rooms = [
  ['/admin/users', 'users'],
  ['/admin/api-keys', 'allKeys'],
  ['/admin/requests', 'requests'],
  ['/admin/usage', 'analytics'],
  ['/admin/budgets', 'budgets'],
  ['/admin/audit', 'audit'],
] as const

/** What an organization is, shares and used; and the ways into it. */
export function OrganizationOverview({ organization }: { organization: Organization }) {
  const { t } = useTranslation(['organizations', 'common'])
  const { number, date } = useFormats()
  const { organization: own } = useSession()
  const scope = useScope()
  const limitFacts = useLimitFacts()
  const facts = [
    { term: t('column.members'), value: number(organization.members) },
    { term: t('column.teams'), value: number(organization.teams) },
    { term: t('column.keys'), value: number(organization.keys) },
    { term: t('column.since'), value: date(organization.createdAt) },
    { term: t('models.title'), value: t(organization.isRestrictedToList ? 'models.listed' : 'models.all') },
  ]
  const search = organization.id === own?.id ? {} : { in: organization.id }
  return (
    <Grid hasGutter>
      <GridItem md={6} xl={4}>
        <Card isFullHeight>
          <CardTitle component="h2">{t('facts')}</CardTitle>
          <CardBody>
            <Facts facts={facts} />
          </CardBody>
        </Card>
      </GridItem>
      <GridItem md={6} xl={4}>
        <Card isFullHeight>
          <CardTitle component="h2">{t('limits')}</CardTitle>
          {organization.spend !== null && (
            <CardBody>
              <SpendBar label={t('column.spend')} spent={organization.spend} limit={organization.maxBudget} />
            </CardBody>
          )}
          <CardBody>
            <Facts facts={limitFacts(organization)} />
          </CardBody>
        </Card>
      </GridItem>
      <GridItem xl={4}>
        <Card isFullHeight>
          <CardTitle component="h2">{t('enter.title')}</CardTitle>
          <CardBody>
            {organization.id !== own?.id && <Content component="small">{t('common:scope.hint')}</Content>}
            <List isPlain>
              {rooms.map(([to, label]) => (
                <ListItem key={to}>
                  <Link to={to} search={search}>
                    {t(`common:nav.${label}`)}
                  </Link>
                </ListItem>
              ))}
            </List>
          </CardBody>
        </Card>
      </GridItem>
      <GridItem>
        <UsageSummary filter={{}} read={scope.target(organization.id).query()} />
      </GridItem>
    </Grid>
  )
}
