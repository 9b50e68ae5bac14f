import { Content } from '@patternfly/react-core'
import type { ReactNode } from 'react'

interface PersonNameProps {
  /** The name, or a link with it. */
  readonly children: ReactNode
  /** User name or address below it. */
  readonly detail: string | null
}

/** A person in a list: who, and which one of that name. */
export function PersonName({ children, detail }: PersonNameProps) {
  return (
    <>
      <span className="lm-name">{children}</span>
      {detail !== null && (
        <Content component="small" className="lm-detail">
          {detail}
        </Content>
      )}
    </>
  )
}
