import { Card, CardBody, ExpandableSection } from '@patternfly/react-core'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useIsWide } from './use-is-wide.ts'

interface RoomFrameProps {
  readonly settings: ReactNode
  readonly children: ReactNode
}

/** Settings beside what is tried where there is room for both, else folded above it. */
export function RoomFrame({ settings, children }: RoomFrameProps) {
  const { t } = useTranslation('playground')
  const isWide = useIsWide()
  const [isOpen, setIsOpen] = useState(false)
  return (
    <div className="lm-play">
      {!isWide && (
        <ExpandableSection
          toggleText={t('side.settings')}
          isExpanded={isOpen}
          onToggle={(_event, next) => setIsOpen(next)}
        >
          {settings}
        </ExpandableSection>
      )}
      <div className="lm-play__main">{children}</div>
      {isWide && (
        <Card isCompact>
          <CardBody>{settings}</CardBody>
        </Card>
      )}
    </div>
  )
}
