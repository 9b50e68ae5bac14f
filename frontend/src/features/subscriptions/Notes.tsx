import { Content } from '@patternfly/react-core'

/** What the person wrote, and what the reviewer answered. */
export function Notes({ lines }: { lines: readonly (string | null)[] }) {
  if (lines.every((line) => line === null)) return '–'
  return lines.map(
    (line, index) =>
      line !== null && (
        // A line has no other identity than its place.
        <Content key={index} component="small" className="lm-note" title={line}>
          {line}
        </Content>
      ),
  )
}
