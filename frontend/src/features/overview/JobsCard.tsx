import { Flex, FlexItem, List, ListItem } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useScope } from '../../app/scope.tsx'
import { ChartCard } from '../../ui/ChartCard.tsx'
import { When } from '../../ui/When.tsx'
import { JobState } from '../jobs/JobProgress.tsx'
import { useJobWords } from '../jobs/use-job-words.ts'
import { latestJobsQuery } from './overview-queries.ts'

/** What ran in the background last, and how it ended. */
export function JobsCard() {
  const { t } = useTranslation('overview')
  const { nameOf, outcomeOf } = useJobWords()
  const scope = useScope()
  const { data, error, refetch } = useQuery(latestJobsQuery(scope.read))
  return (
    <ChartCard
      title={t('jobs.title')}
      height={180}
      isLoading={data === undefined}
      error={data === undefined ? error : undefined}
      onRetry={() => void refetch()}
      empty={data?.length === 0 && t('jobs.none')}
    >
      <List isPlain isBordered>
        {(data ?? []).map((job) => (
          <ListItem key={job.id}>
            <Flex justifyContent={{ default: 'justifyContentSpaceBetween' }}>
              <FlexItem>{nameOf(job)}</FlexItem>
              <FlexItem>
                <JobState status={job.status} />
              </FlexItem>
            </Flex>
            <small className="lm-subtle">
              <When at={job.createdAt} />
              {outcomeOf(job) !== undefined && <> · {outcomeOf(job)}</>}
            </small>
          </ListItem>
        ))}
      </List>
    </ChartCard>
  )
}
