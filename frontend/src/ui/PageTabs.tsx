import { Tab, TabContentBody, Tabs, TabTitleText } from '@patternfly/react-core'
import type { ReactNode } from 'react'

export interface PageTab {
  readonly key: string
  readonly title: string
  /** Made only while the tab is open. */
  render(): ReactNode
}

interface PageTabsProps {
  /** What the tabs are about, for screen readers. */
  readonly label: string
  readonly tabs: readonly PageTab[]
  readonly active: string | undefined
  onChange(key: string): void
}

/** Parts of one page, one at a time. */
export function PageTabs({ label, tabs, active, onChange }: PageTabsProps) {
  return (
    <Tabs
      aria-label={label}
      activeKey={active ?? ''}
      onSelect={(_event, key) => onChange(String(key))}
      mountOnEnter
      unmountOnExit
    >
      {tabs.map((tab) => (
        <Tab key={tab.key} eventKey={tab.key} title={<TabTitleText>{tab.title}</TabTitleText>}>
          <TabContentBody className="lm-tab-body">{tab.key === active && tab.render()}</TabContentBody>
        </Tab>
      ))}
    </Tabs>
  )
}
