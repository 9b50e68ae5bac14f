import { Card, CardBody, CardTitle, Content, Grid, GridItem, Label, LabelGroup } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import { useScope } from '../../app/scope.tsx'
import { useSession } from '../../app/session.ts'
import { Facts, type Fact } from '../../ui/Facts.tsx'
import { useFormats } from '../../ui/formats.ts'
import { SpendBar } from '../../ui/SpendBar.tsx'
import { useModelChoices } from '../people/model-choices.ts'
import { useLimitFacts } from '../people/use-limit-facts.ts'
import type { Team } from './team-queries.ts'

const MOST_MODELS = 30

/** What a team is, may use and shares. */
export function TeamOverview({ team }: { team: Team }) {
  const { t } = useTranslation(['teams', 'common'])
  const { number, date } = useFormats()
  const { isPlatformReader } = useSession()
  const scope = useScope()
  const limitFacts = useLimitFacts()
  const facts: readonly Fact[] = [
    { term: t('column.members'), value: number(team.members) },
    { term: t('column.keys'), value: number(team.keys) },
    ...(team.myRole === null ? [] : [{ term: t('column.myRole'), value: t(`role.${team.myRole}`) }]),
    ...(isPlatformReader
      ? [{ term: t('column.organization'), value: scope.nameOf(team.organizationId) }]
      : []),
    { term: t('since'), value: date(team.createdAt) },
  ]
  return (
    <Grid hasGutter>
      <GridItem lg={6}>
        <Card isFullHeight>
          <CardTitle component="h2">{t('facts')}</CardTitle>
          <CardBody>
            <Facts facts={facts} />
          </CardBody>
        </Card>
      </GridItem>
      <GridItem lg={6}>
        <Card isFullHeight>
          <CardTitle component="h2">{t('limits')}</CardTitle>
          {team.spend !== null && (
            <CardBody>
              <SpendBar label={t('column.budget')} spent={team.spend} limit={team.maxBudget} />
            </CardBody>
          )}
          <CardBody>
            <Facts facts={limitFacts(team)} />
          </CardBody>
        </Card>
      </GridItem>
      <GridItem>
        <Card>
          <CardTitle component="h2">{t('models')}</CardTitle>
          <CardBody>
            <Models team={team} />
          </CardBody>
        </Card>
      </GridItem>
    </Grid>
  )
}

function Models({ team }: { team: Team }) {
  const { t } = useTranslation('teams')
  const { choiceOf, choices } = useModelChoices()
  if (team.allowsAllModels) return <Content component="p">{t('allModelsText')}</Content>
  if (team.allowedModelIds.length === 0) return <Content component="p">{t('noModelsText')}</Content>
  if (choices === undefined) return null
  return (
    <LabelGroup numLabels={MOST_MODELS} aria-label={t('models')}>
      {team.allowedModelIds.map((id) => (
        <Label key={id} variant="outline">
          {choiceOf(id).label}
        </Label>
      ))}
    </LabelGroup>
  )
}
