import { Alert, AlertActionCloseButton, Content } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../../ui/formats.ts'
import { JobProgress } from '../jobs/JobProgress.tsx'
import { useJob } from '../jobs/job-queries.ts'
import { useAuditWords } from './use-audit-words.ts'
import { readReport, type ChainReport } from './verification.ts'

interface VerificationReportProps {
  readonly jobId: string
  onClose(): void
}

/** How the verification goes, and what it found, organization by organization. */
export function VerificationReport({ jobId, onClose }: VerificationReportProps) {
  const { t } = useTranslation(['audit', 'common'])
  const job = useJob(jobId)
  if (!job) return null
  const chains = job.status === 'succeeded' ? readReport(job.result) : undefined
  if (!chains) return <JobProgress job={job} />
  const isIntact = chains.every((chain) => chain.break === null)
  return (
    <Alert
      className="lm-block"
      isInline
      component="h2"
      variant={isIntact ? 'success' : 'danger'}
      title={isIntact ? t('intact') : t('broken')}
      actionClose={<AlertActionCloseButton aria-label={t('common:act.close')} onClose={onClose} />}
    >
      <Content component="p">{isIntact ? t('intactText') : t('brokenText')}</Content>
      <ul>
        {chains.map((chain) => (
          <li key={chain.organizationId}>
            <Chain chain={chain} />
          </li>
        ))}
      </ul>
    </Alert>
  )
}

function Chain({ chain }: { chain: ChainReport }) {
  const { t } = useTranslation('audit')
  const { number } = useFormats()
  const name = useAuditWords().organization(chain)
  const verified = number(chain.verified)
  return (
    <>
      {chain.break === null
        ? t('chainOf', { name, count: chain.verified, verified })
        : t(`breakOf.${chain.break.reason}`, {
            name,
            position: number(chain.break.position),
          })}
      {chain.head !== '' && <code className="lm-code lm-detail lm-subtle">{chain.head}</code>}
    </>
  )
}
