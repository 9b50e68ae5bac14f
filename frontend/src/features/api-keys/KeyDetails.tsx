import {
  Alert,
  Card,
  CardBody,
  CardTitle,
  Grid,
  GridItem,
  Label,
  LabelGroup,
  Stack,
  StackItem,
} from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import { Facts, type Fact } from '../../ui/Facts.tsx'
import { useFormats } from '../../ui/formats.ts'
import { When } from '../../ui/When.tsx'
import { windowOf, type Read } from '../people/budget-queries.ts'
import { CallSnippets } from './CallSnippets.tsx'
import { KeyExpiry } from './KeyExpiry.tsx'
import { KeyHistory } from './KeyHistory.tsx'
import { KeyModelTable } from './KeyModelTable.tsx'
import { KeySpend } from './KeySpend.tsx'
import { KeyUsage } from './KeyUsage.tsx'
import { syncNotice } from './key-state.ts'
import type { AnyKey } from './use-key-desk.ts'

interface KeyDetailsProps {
  readonly apiKey: AnyKey
  /** Where an administrator looks; undefined: one's own. */
  readonly read?: Read
  /** For those who may read the trail. */
  readonly hasHistory: boolean
  readonly hasSnippets: boolean
  /** One column only, where there is no room for two. */
  readonly isNarrow?: boolean
}

/** Everything that is to be known about a key; the same for its owner and for administrators. */
export function KeyDetails({ apiKey, read, hasHistory, hasSnippets, isNarrow = false }: KeyDetailsProps) {
  const { t } = useTranslation('api-keys')
  const wide = { span: 12, ...(isNarrow ? {} : { xl: 7 as const }) } as const
  const slim = { span: 12, ...(isNarrow ? {} : { xl: 5 as const }) } as const
  return (
    <Stack hasGutter>
      <KeyNotices apiKey={apiKey} />
      <StackItem>
        <Grid hasGutter>
          <GridItem {...wide}>
            <Card isCompact isFullHeight>
              <CardTitle component="h2">{t('page.facts')}</CardTitle>
              <CardBody>
                <KeyFacts apiKey={apiKey} />
              </CardBody>
            </Card>
          </GridItem>
          <GridItem {...slim}>
            <KeyUsage apiKey={apiKey} read={read} />
          </GridItem>
        </Grid>
      </StackItem>
      <StackItem>
        <Card isCompact>
          <CardTitle component="h2">{t('page.models')}</CardTitle>
          <CardBody>
            <KeyModelTable apiKey={apiKey} />
          </CardBody>
        </Card>
      </StackItem>
      {hasSnippets && apiKey.models.length > 0 && (
        <StackItem>
          <Card isCompact>
            <CardTitle component="h2">{t('page.call')}</CardTitle>
            <CardBody>
              <CallSnippets models={apiKey.models} />
            </CardBody>
          </Card>
        </StackItem>
      )}
      {hasHistory && (
        <StackItem>
          <KeyHistory id={apiKey.id} read={read ?? {}} />
        </StackItem>
      )}
    </Stack>
  )
}

/** What somebody should know or do now. */
function KeyNotices({ apiKey }: { apiKey: AnyKey }) {
  const { t } = useTranslation('api-keys')
  const sync = syncNotice(apiKey)
  const isLocked = apiKey.status === 'disabled' && apiKey.adminLimits.isDisabled === true
  return (
    <>
      {sync !== undefined && (
        <StackItem>
          <Alert
            variant={sync === 'failed' ? 'danger' : 'info'}
            isInline
            component="p"
            title={apiKey.syncMessage ?? t(`sync.${sync}Hint`)}
          />
        </StackItem>
      )}
      {apiKey.status === 'disabled' && apiKey.models.length === 0 && (
        <StackItem>
          <Alert variant="warning" isInline component="p" title={t('page.withoutModels')} />
        </StackItem>
      )}
      {isLocked && (
        <StackItem>
          <Alert variant="warning" isInline component="p" title={t('page.locked')} />
        </StackItem>
      )}
    </>
  )
}

function KeyFacts({ apiKey }: { apiKey: AnyKey }) {
  const { t } = useTranslation(['api-keys', 'common'])
  const { money, number, dateTime } = useFormats()
  const { adminLimits } = apiKey
  const amount = (limit: number | null) => (limit === null ? t('common:state.unlimited') : money(limit))
  const count = (limit: number | null) => (limit === null ? t('common:state.unlimited') : number(limit))
  /** What an administrator has set stands behind what holds. */
  const bound = (value: string, isSet: boolean) => (isSet ? t('fact.byAdmin', { value }) : value)
  const window = apiKey.budgetDuration
  const owner: readonly Fact[] =
    apiKey.displayName === undefined
      ? []
      : [{ term: t('fact.owner'), value: `${apiKey.displayName} (${apiKey.username ?? ''})` }]
  const facts: readonly Fact[] = [
    ...owner,
    { term: t('column.spend'), value: <KeySpend apiKey={apiKey} /> },
    { term: t('field.budget'), value: bound(amount(apiKey.maxBudget), adminLimits.maxBudget !== undefined) },
    {
      term: t('field.window'),
      value:
        window === null || apiKey.budgetResetAt === null
          ? t('window.never')
          : t('fact.window', {
              window: t(`window.${windowOf(window)}`),
              at: dateTime(apiKey.budgetResetAt),
            }),
    },
    ...(apiKey.softBudget === null ? [] : [{ term: t('field.warnAt'), value: money(apiKey.softBudget) }]),
    { term: t('field.rpm'), value: bound(count(apiKey.rpmLimit), adminLimits.rpmLimit !== undefined) },
    { term: t('field.tpm'), value: bound(count(apiKey.tpmLimit), adminLimits.tpmLimit !== undefined) },
    {
      term: t('field.parallel'),
      value: bound(count(apiKey.maxParallelRequests), adminLimits.maxParallelRequests !== undefined),
    },
    { term: t('column.expires'), value: <KeyExpiry apiKey={apiKey} /> },
    { term: t('column.lastUsed'), value: <When at={apiKey.lastUsedAt} /> },
    { term: t('fact.created'), value: <When at={apiKey.createdAt} /> },
    ...(apiKey.team === null ? [] : [{ term: t('field.team'), value: apiKey.team.name }]),
    ...(apiKey.allowedIps.length === 0
      ? []
      : [
          {
            term: t('field.addresses'),
            value: <Words words={apiKey.allowedIps} label={t('field.addresses')} />,
          },
        ]),
    ...(apiKey.tags.length === 0
      ? []
      : [{ term: t('field.tags'), value: <Words words={apiKey.tags} label={t('field.tags')} /> }]),
    ...(Object.keys(apiKey.metadata).length === 0
      ? []
      : [
          {
            term: t('field.metadata'),
            value: (
              <Words
                words={Object.entries(apiKey.metadata).map(([name, value]) => `${name}: ${String(value)}`)}
                label={t('field.metadata')}
              />
            ),
          },
        ]),
  ]
  return <Facts facts={facts} columns={2} />
}

function Words({ words, label }: { words: readonly string[]; label: string }) {
  return (
    <LabelGroup aria-label={label} numLabels={10}>
      {words.map((word) => (
        <Label key={word} variant="outline">
          {word}
        </Label>
      ))}
    </LabelGroup>
  )
}
