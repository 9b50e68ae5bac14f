import { Fragment, type ReactNode } from 'react'

const INLINE = /\*\*([^*]+)\*\*|\*([^*]+)\*|`([^`]+)`|\[([^\]]+)\]\((https?:\/\/[^\s)]+|mailto:[^\s)]+)\)/g

/** Emphasis, code and links of a short text, as elements: text never becomes markup, so nothing in it can run. */
export function Markdown({ text }: { text: string }) {
  return (
    <>
      {text.split(/\n{2,}/).map((paragraph, index) => (
        // Paragraphs have no other identity than their place.
        <span key={index} className="lm-paragraph">
          {inline(paragraph)}
        </span>
      ))}
    </>
  )
}

function inline(text: string): ReactNode[] {
  const parts: ReactNode[] = []
  let end = 0
  for (const match of text.matchAll(INLINE)) {
    parts.push(text.slice(end, match.index))
    parts.push(<Fragment key={match.index}>{elementOf(match)}</Fragment>)
    end = match.index + match[0].length
  }
  parts.push(text.slice(end))
  return parts
}

function elementOf([, strong, emphasis, code, label, href]: RegExpExecArray | RegExpMatchArray): ReactNode {
  if (strong !== undefined) return <strong>{strong}</strong>
  if (emphasis !== undefined) return <em>{emphasis}</em>
  if (code !== undefined) return <code>{code}</code>
  return (
    <a href={href} target="_blank" rel="noreferrer">
      {label}
    </a>
  )
}
