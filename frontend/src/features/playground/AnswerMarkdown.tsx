import { Content } from '@patternfly/react-core'
import { isValidElement, type ReactNode } from 'react'
import Markdown, { type Components } from 'react-markdown'
import remarkGfm from 'remark-gfm'
import { CodeSample } from '../../ui/CodeSample.tsx'

/** The words of a code block, out of the elements that hold them. */
function wordsOf(node: ReactNode): string {
  if (typeof node === 'string' || typeof node === 'number') return String(node)
  if (Array.isArray(node)) return node.map(wordsOf).join('')
  return isValidElement<{ children?: ReactNode }>(node) ? wordsOf(node.props.children) : ''
}

/** Headings of an answer are no headings of the page. */
const heading = ({ children }: { children?: ReactNode }) => <p className="lm-answer__heading">{children}</p>

const components: Components = {
  h1: heading,
  h2: heading,
  h3: heading,
  h4: heading,
  h5: heading,
  h6: heading,
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noreferrer nofollow">
      {children}
    </a>
  ),
  // A picture would tell another server that somebody reads this.
  img: ({ src, alt }) => (
    <a href={typeof src === 'string' ? src : undefined} target="_blank" rel="noreferrer nofollow">
      {alt === undefined || alt === '' ? String(src) : alt}
    </a>
  ),
  pre: ({ children }) => <CodeSample code={wordsOf(children).replace(/\n$/, '')} />,
  table: ({ children }) => (
    <div className="lm-answer__table" role="group" tabIndex={0}>
      <table>{children}</table>
    </div>
  ),
}

/** What a model wrote, as elements: HTML in it stays text, and links lead to safe places only. */
export function AnswerMarkdown({ text }: { text: string }) {
  return (
    <Content className="lm-answer">
      <Markdown remarkPlugins={[remarkGfm]} components={components}>
        {text}
      </Markdown>
    </Content>
  )
}
