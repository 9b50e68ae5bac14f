import { useTranslation } from 'react-i18next'
import { knownJob, outcomeOf, type Job } from './job-state.ts'
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
      if (job.status !== 'succeeded') return undefined
      const { sentence, figures } = outcomeOf(job)
      const shown = Object.entries(figures).map(([name, value]) => [
        name,
        name === 'bytes' ? bytes(value) : number(value),
      ])
      const gaps: Record<string, unknown> = Object.fromEntries(shown)
      return t(`result.${sentence}`, gaps)
    },
  }
}
