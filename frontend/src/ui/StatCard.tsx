import { Card, CardBody, CardTitle, Content, Skeleton } from '@patternfly/react-core'
import type { ReactNode } from 'react'

interface StatCardProps {
  readonly title: ReactNode
  /** Undefined while loading. */
  readonly value: ReactNode | undefined
  /** A smaller line below: a comparison, a link. */
  readonly children?: ReactNode
}

/** One figure that people look for. */
export function StatCard({ title, value, children }: StatCardProps) {
  return (
    <Card isCompact isFullHeight>
      <CardTitle component="h2">{title}</CardTitle>
      <CardBody>
        <div className="lm-stat">{value ?? <Skeleton width="60%" fontSize="2xl" />}</div>
        {children !== undefined && <Content component="small">{children}</Content>}
      </CardBody>
    </Card>
  )
}
