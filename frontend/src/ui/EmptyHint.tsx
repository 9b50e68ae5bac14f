import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core'
import CubesIcon from '@patternfly/react-icons/dist/esm/icons/cubes-icon'
import type { ComponentType, ReactNode } from 'react'

interface EmptyHintProps {
  readonly title: string
  readonly text: ReactNode
  /** The button or link to what comes next. */
  readonly action?: ReactNode
  readonly icon?: ComponentType
}

/** What an empty list says: what would be here, and how to get the first one. */
export function EmptyHint({ title, text, action, icon = CubesIcon }: EmptyHintProps) {
  return (
    <EmptyState headingLevel="h2" titleText={title} icon={icon} variant="sm">
      <EmptyStateBody>{text}</EmptyStateBody>
      {action !== undefined && (
        <EmptyStateFooter>
          <EmptyStateActions>{action}</EmptyStateActions>
        </EmptyStateFooter>
      )}
    </EmptyState>
  )
}
