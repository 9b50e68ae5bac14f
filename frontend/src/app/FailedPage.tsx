import { PageSection } from '@patternfly/react-core'
import { useRouter, type ErrorComponentProps } from '@tanstack/react-router'
import { ErrorState } from '../ui/ErrorState.tsx'
import { ApiError } from './api.ts'
import { ForbiddenPage } from './ForbiddenPage.tsx'
import { MissingPage } from './MissingPage.tsx'

export function FailedPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  if (error instanceof ApiError && error.status === 403) return <ForbiddenPage />
  if (error instanceof ApiError && error.status === 404) return <MissingPage />
  const again = () => {
    reset()
    void router.invalidate()
  }
  return (
    <PageSection isFilled>
      <ErrorState error={error} onRetry={again} />
    </PageSection>
  )
}
