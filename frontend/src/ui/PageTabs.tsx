import { Tab, TabContentBody, Tabs, TabTitleText } from '@patternfly/react-core'
import { useEffect, useRef, type ReactNode } from 'react'

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
  const frame = useRef<HTMLDivElement>(null)
  useEffect(() => bringIntoView(frame.current), [active])
  return (
    <div ref={frame}>
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
    </div>
  )
}

/** On phones an address may open a tab that stands outside of the row; only the row is moved, never the page. */
function bringIntoView(frame: HTMLElement | null) {
  const row = frame?.querySelector('.pf-v6-c-tabs__list')
  const tab = row?.querySelector(':scope > .pf-m-current')
  if (!row || !tab) return
  const [outer, inner] = [row.getBoundingClientRect(), tab.getBoundingClientRect()]
  row.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2
}
