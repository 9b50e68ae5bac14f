import { Icon } from '@patternfly/react-core'
import CheckCircleIcon from '@patternfly/react-icons/dist/esm/icons/check-circle-icon'
import ExclamationCircleIcon from '@patternfly/react-icons/dist/esm/icons/exclamation-circle-icon'
import ExclamationTriangleIcon from '@patternfly/react-icons/dist/esm/icons/exclamation-triangle-icon'
import InfoCircleIcon from '@patternfly/react-icons/dist/esm/icons/info-circle-icon'
import type { ReactNode } from 'react'

export interface AttentionItem {
  readonly key: string
  readonly tone: 'success' | 'info' | 'warning' | 'danger'
  /** What it is, leading to where something can be done about it. */
  readonly text: ReactNode
  /** A smaller line below. */
  readonly detail?: ReactNode
}

const icons = {
  success: CheckCircleIcon,
  info: InfoCircleIcon,
  warning: ExclamationTriangleIcon,
  danger: ExclamationCircleIcon,
} as const

/** What somebody should look at, one line each; the tone is a sign as well as a colour. */
export function AttentionList({ items }: { readonly items: readonly AttentionItem[] }) {
  return (
    <ul className="lm-attention">
      {items.map(({ key, tone, text, detail }) => {
        const Sign = icons[tone]
        return (
          <li key={key}>
            <Icon status={tone} isInline>
              <Sign />
            </Icon>
            <div>
              {text}
              {detail !== undefined && <div className="lm-subtle">{detail}</div>}
            </div>
          </li>
        )
      })}
    </ul>
  )
}
