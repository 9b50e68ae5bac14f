import type { View } from './stage.ts'

/** What a list must hold, in SQL of its own. `:org` is the reader's organization, null for all; `:user` the reader; `:id` what was looked into. */
export interface ListOracle {
  readonly operationId: string
  readonly views: readonly View['name'][]
  /** Chooses what stands for `{id}`. */
  readonly id?: string
  /** Fields that together tell one item from the others; `id` unless said otherwise. */
  readonly key?: readonly string[]
  /** One row per item. Columns that are called like fields of the answer must be equal to them. */
  readonly rows: string
  /** What is left out unless a filter asks for it. */
  readonly unless?: string
  readonly filters?: Readonly<Record<string, FilterOracle>>
  /** Where the order is not that of the field itself. */
  readonly sorts?: Readonly<Record<string, string>>
  /** Narrows every request. */
  readonly query?: (values: Readonly<Record<string, string | null>>) => Readonly<Record<string, string>>
  readonly ignored?: readonly string[]
  readonly hasCursor?: boolean
  /** Answers everything at once. */
  readonly isWhole?: boolean
  /** The platform's own: read without crossing organizations. */
  readonly isPlatforms?: boolean
}

export interface FilterOracle {
  /** With `:v` for the filter's value. Absent: the column of this name is equal to it. */
  readonly where?: string
  /** An expression for values to look for. */
  readonly pick?: string
  /** Values beside the one that is picked. */
  readonly more?: readonly string[]
  /** Shows also what is left out otherwise. */
  readonly isWhole?: boolean
}

export const both = ['administrator', 'platform'] as const

export const inOrg = (column: string): string => `(:org::uuid is null or ${column} = :org::uuid)`

export const usd = (column: string): string => `(${column} / 1e9)::float8`

export const iso = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

export const spent = `case when b.reset_at <= now() then 0 else b.spent_nano end`

const has = (text: string): string => `position(lower(:v) in lower(${text})) > 0`

/** What a person types is no pattern. */
export const search = (text: string, piece: string): FilterOracle => ({
  where: has(text),
  pick: `lower(substr(${piece}, 2, 3))`,
  more: ['%%', '__'],
})

export const since = (column: string): FilterOracle => ({
  where: `${column} >= :v::timestamptz`,
  pick: iso(column),
})

export const until = (column: string): FilterOracle => ({
  where: `${column} < :v::timestamptz`,
  pick: iso(column),
})

export const within = (subquery: string, pick: string): FilterOracle => ({
  where: `exists (${subquery})`,
  pick,
})

export const keyStatus = `case when k.revoked_at is not null then 'revoked' when k.is_disabled then 'disabled'
  when k.expires_at <= now() then 'expired' else 'active' end`

export const hint = `(select s.hint from api_key_secrets s where s.api_key_id = k.id order by s.valid_until is not null, s.created_at desc limit 1)`

export const keySorts = { name: 'lower(name)' }
