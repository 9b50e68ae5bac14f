import { Card, CardBody, CardHeader, CardTitle, Content, Skeleton } from '@patternfly/react-core'
import type { ReactNode } from 'react'
import { ErrorState } from './ErrorState.tsx'

interface ChartCardProps {
  readonly title: string
  /** Choices about what is shown, at the end of the title's line. */
  readonly actions?: ReactNode
  /** How high what comes will be, so that nothing moves when it has come. */
  readonly height: number
  readonly isLoading: boolean
  readonly error?: unknown
  onRetry?(): void
  /** Said instead of an empty picture. */
  readonly empty?: string | false | undefined
  readonly children: ReactNode
}

/** A card of the same size while it loads, when it is there and when it failed. */
export function ChartCard(props: ChartCardProps) {
  const { title, actions, height, isLoading, error, onRetry, empty, children } = props
  const isFailed = error !== undefined && error !== null
  return (
    <Card isFullHeight isCompact>
      <CardHeader hasWrap {...(actions === undefined ? {} : { actions: { actions, hasNoOffset: true } })}>
        <CardTitle component="h2">{title}</CardTitle>
      </CardHeader>
      <CardBody>
        {isFailed ? (
          <ErrorState error={error} {...(onRetry ? { onRetry } : {})} />
        ) : isLoading ? (
          <Skeleton height={`${String(height)}px`} />
        ) : typeof empty === 'string' ? (
          <div className="lm-empty-chart" style={{ minHeight: height }}>
            <Content component="p">{empty}</Content>
          </div>
        ) : (
          children
        )}
      </CardBody>
    </Card>
  )
}
