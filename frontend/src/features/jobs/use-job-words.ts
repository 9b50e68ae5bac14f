import { useTranslation } from 'react-i18next'
import { figuresOf, knownJob, type Job } from './job-state.ts'
import { useFormats } from '../../ui/formats.ts'

/** What a job is called, and what came of it, as sentences. */
export function useJobWords() {
  const { t } = useTranslation('jobs')
  const { number, bytes } = useFormats()
  return {
    nameOf: ({ kind }: Pick<Job, 'kind'>) => {
      const known = knownJob(kind)
      return known ? t(`kind.${known.name}`) : kind
    },
    /** The server's own words where it failed. */
    outcomeOf: (job: Job): string | undefined => {
      if (job.status === 'failed') return job.error?.message
      const known = knownJob(job.kind)
      if (job.status !== 'succeeded' || !known) return undefined
      if (known.name === 'auditVerification')
        return t(job.result?.['isIntact'] === true ? 'result.auditIntact' : 'result.auditBroken')
      const figures = Object.entries(figuresOf(job.result)).map(([name, value]) => [
        name,
        name === 'bytes' ? bytes(value) : number(value),
      ])
      const shown: Record<string, unknown> = Object.fromEntries(figures)
      return t(`result.${known.name}`, shown)
    },
  }
}
