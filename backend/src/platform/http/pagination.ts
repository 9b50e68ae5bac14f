import { ApplicationError } from '#platform/errors'

export interface Page<T> {
  readonly data: T[]
  readonly pagination: { total: number; limit: number; offset: number; hasMore: boolean }
}

/** One page of a counted list. */
export function page<T>(data: T[], total: number, query: { limit: number; offset: number }): Page<T> {
  return {
    data,
    pagination: {
      total,
      limit: query.limit,
      offset: query.offset,
      hasMore: query.offset + data.length < total,
    },
  }
}

/** A place in a list ordered by (time, id), newest first. */
export interface Cursor {
  readonly at: string
  readonly id: string
}

function encodeCursor(cursor: Cursor): string {
  return Buffer.from(`${cursor.at} ${cursor.id}`).toString('base64url')
}

const AT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/
const ID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/

/** PostgreSQL knows no year 0, and refuses days that JavaScript rounds to the next month. */
const isRealTime = (at: string) =>
  !at.startsWith('0000') && new Date(at).toJSON()?.slice(0, 19) === at.slice(0, 19)

/** Refuses with 400 whatever this server did not make. */
export function decodeCursor(text: string): Cursor {
  const [at = '', id = '', ...rest] = Buffer.from(text, 'base64url').toString().split(' ')
  const isCanonical = rest.length === 0 && encodeCursor({ at, id }) === text
  if (!isCanonical || !AT.test(at) || !ID.test(id) || !isRealTime(at))
    throw ApplicationError.validation('This cursor was not made by us.', 'cursor', text)
  return { at, id }
}

/** `rows` may hold one more than `limit`: that one only tells that the list goes on. */
export function cursorPage<T extends { at: string; id: string }>(rows: readonly T[], limit: number) {
  const data = rows.slice(0, limit)
  const last = data.at(-1)
  const hasMore = rows.length > limit
  return { data, pagination: { limit, hasMore, nextCursor: hasMore && last ? encodeCursor(last) : null } }
}
