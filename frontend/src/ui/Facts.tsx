import {
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
} from '@patternfly/react-core'
import type { ReactNode } from 'react'

export interface Fact {
  readonly term: string
  readonly value: ReactNode
}

/** What is to be known about one thing: terms and values, beside each other where there is room. */
export function Facts({ facts, columns = 2 }: { facts: readonly Fact[]; columns?: 1 | 2 | 3 }) {
  const many = columns === 1 ? '1Col' : columns === 2 ? '2Col' : '3Col'
  return (
    <DescriptionList
      isCompact
      columnModifier={{ default: '1Col', md: columns === 1 ? '1Col' : '2Col', xl: many }}
    >
      {facts.map(({ term, value }) => (
        <DescriptionListGroup key={term}>
          <DescriptionListTerm>{term}</DescriptionListTerm>
          <DescriptionListDescription>{value}</DescriptionListDescription>
        </DescriptionListGroup>
      ))}
    </DescriptionList>
  )
}
