import { Content, Flex, FlexItem, PageSection, Title } from '@patternfly/react-core'
import type { ReactNode } from 'react'
import { useTitle } from './use-title.ts'

interface PageFrameProps {
  readonly title: string
  /** One sentence that says what this page is for, or a line of labels. */
  readonly description?: ReactNode
  /** Buttons at the end of the title's line. */
  readonly actions?: ReactNode
  /** A line above the title, such as a breadcrumb. */
  readonly above?: ReactNode
  readonly children: ReactNode
}

/** Every page begins alike: what it is called, what it is for, what can be done. */
export function PageFrame({ title, description, actions, above, children }: PageFrameProps) {
  useTitle(title)
  return (
    <>
      <PageSection>
        {above !== undefined && <div className="lm-above">{above}</div>}
        <Flex
          justifyContent={{ default: 'justifyContentSpaceBetween' }}
          alignItems={{ default: 'alignItemsFlexStart' }}
          rowGap={{ default: 'rowGapMd' }}
        >
          <FlexItem>
            <Title headingLevel="h1">{title}</Title>
            {typeof description === 'string' ? <Content component="p">{description}</Content> : description}
          </FlexItem>
          {actions !== undefined && <FlexItem>{actions}</FlexItem>}
        </Flex>
      </PageSection>
      <PageSection isFilled>{children}</PageSection>
    </>
  )
}
