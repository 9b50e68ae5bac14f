import { Label, type LabelProps } from '@patternfly/react-core'
import type { ReactNode } from 'react'

export type Tone = 'success' | 'info' | 'warning' | 'danger' | 'neutral'

/** A state in one word. The tone adds an icon, so that colour is never the only difference. */
export function StateLabel({ tone, children }: { tone: Tone; children: ReactNode }) {
  const look: Pick<LabelProps, 'status' | 'color'> = tone === 'neutral' ? { color: 'grey' } : { status: tone }
  return (
    <Label isCompact variant="outline" {...look}>
      {children}
    </Label>
  )
}
