import MarkdownIt from 'markdown-it'
import { ApplicationError } from '#platform/errors'
import { codes } from './banner.errors.ts'

type Token = ReturnType<MarkdownIt['parse']>[number]

// HTML is recognised so that it can be refused; what a link may be is decided here and not by the library.
const markdown = new MarkdownIt({ html: true, linkify: false })
markdown.validateLink = () => true

const LINK = /^(https?:\/\/|mailto:)[^\s]+$/i

/**
 * Refuses (422) markdown that holds HTML, an image, or a link that is not http, https or mailto. Whoever renders what has
 * passed needs no sanitizing, and does it all the same.
 */
export function assertSafeMarkdown(text: string, field: string): void {
  const problem = markdown.parse(text, {}).flatMap(withChildren).map(problemOf).find(Boolean)
  if (problem !== undefined) throw ApplicationError.unprocessable(problem, codes.UNSAFE_MARKDOWN, { field })
}

const withChildren = (token: Token): Token[] => [token, ...(token.children ?? []).flatMap(withChildren)]

function problemOf(token: Token): string | undefined {
  // What markdown takes for text, a lenient renderer may take for a tag.
  const isTag = token.type === 'text' && /<[a-z/!?]/i.test(token.content)
  if (isTag || token.type === 'html_block' || token.type === 'html_inline')
    return 'The text must not hold HTML.'
  if (token.type === 'image') return 'The text must not hold images.'
  if (token.type === 'link_open' && !LINK.test(token.attrGet('href') ?? ''))
    return 'Links must lead to http, https or mailto.'
  return undefined
}
