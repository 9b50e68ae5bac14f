import { isStorableText } from '#platform/http'
import { refusals } from './errors.ts'

const MAX_TAGS = 20
const MAX_LENGTH = 64

/** Words of the caller's own to sort its usage by, from `x-litemaas-tags: one, two`. Throws 400. */
export function tagsOf(header: string | string[] | undefined): readonly string[] {
  if (header === undefined) return NONE
  const text = Array.isArray(header) ? header.join(',') : header
  const tags = [...new Set(text.split(',').map((tag) => tag.trim()))].filter((tag) => tag !== '')
  if (
    tags.length > MAX_TAGS ||
    tags.some((tag) => tag.length > MAX_LENGTH || !isStorableText(tag) || /^(sk-|eyJ)/.test(tag))
  )
    throw refusals.invalid(
      `'x-litemaas-tags' holds at most ${MAX_TAGS} words of at most ${MAX_LENGTH} characters.`,
      'x-litemaas-tags',
    )
  return tags
}

const NONE: readonly string[] = []
