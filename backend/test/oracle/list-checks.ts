import { expect } from 'vitest'
import type { ListOracle } from './list-oracle.ts'
import { withQuery, type Stage, type View } from './stage.ts'

export interface Parameter {
  readonly name: string
  readonly in: string
  readonly schema: { readonly type?: string; readonly enum?: readonly string[] }
}

type Item = Readonly<Record<string, unknown>>
type Row = Readonly<Record<string, unknown>>

/** Of paging and of the way across organizations; everything else in a query narrows. */
const NO_FILTERS = new Set([
  'limit',
  'offset',
  'cursor',
  'sort',
  'organizationId',
  'reason',
  'scope',
  'language',
])
const PAGE = 100

interface Look {
  readonly stage: Stage
  readonly oracle: ListOracle
  readonly view: View
  readonly path: string
  readonly values: Readonly<Record<string, string | null>>
}

/** One list as one of its readers sees it: rows and values, pages, every order, every filter. */
export async function checkList(
  stage: Stage,
  oracle: ListOracle,
  view: View,
  { path: template, parameters }: { path: string; parameters: readonly Parameter[] },
): Promise<void> {
  const whose = { org: view.organizationId, user: view.userId, until: stage.until.toISOString() }
  const [found] = oracle.id === undefined ? [] : await stage.select(oracle.id, whose)
  const id = found === undefined ? null : String(found['id'])
  if (oracle.id !== undefined) expect(id, `${oracle.operationId} has something to look into`).not.toBeNull()
  const look: Look = {
    stage,
    oracle,
    view,
    path: template.replace('{id}', id ?? ''),
    values: { ...whose, id },
  }
  const names = parameters.filter((one) => one.in === 'query').map((one) => one.name)
  const all = await rowsOf(look, oracle.unless ?? 'true')
  const items = await readAll(look, {})
  expectSame(look, items, all, 'the whole list')
  if (names.includes('offset')) await checkSmallPages(look, items)
  for (const one of parameters.filter(({ name }) => name === 'sort'))
    for (const sort of one.schema.enum ?? [])
      // The other direction is the same statement for everybody: one reader is enough.
      if (view.name === oracle.views[0] || !sort.startsWith('-')) await checkOrder(look, sort)
  const isFilter = ({ in: place, name }: Parameter): boolean =>
    place === 'query' && !NO_FILTERS.has(name) && oracle.ignored?.includes(name) !== true
  for (const one of parameters.filter(isFilter)) await checkFilter(look, one)
}

const wrap = ({ oracle }: Look): string => `with x as (${oracle.rows})`

const rowsOf = (look: Look, where: string): Promise<Row[]> =>
  look.stage.select(`${wrap(look)} select * from x where ${where}`, look.values)

const keyOf = ({ oracle }: Look, one: Item | Row): string =>
  (oracle.key ?? ['id']).map((field) => plain(one[field])).join(' ')

interface Page {
  readonly data: Item[]
  readonly pagination?: {
    readonly total?: number
    readonly nextCursor?: string | null
    readonly hasMore: boolean
  }
}

async function readPage(look: Look, query: Readonly<Record<string, string>>): Promise<Page> {
  const { view, path, oracle } = look
  const address = withQuery(
    path,
    oracle.query ? oracle.query(look.values) : {},
    query,
    oracle.isPlatforms === true ? {} : view.query,
  )
  const { status, body } = await view.client.get(address)
  expect(status, `${address}: ${JSON.stringify(body).slice(0, 300)}`).toBe(200)
  return body as Page
}

/** Every page, one after the other; their sum must be what `total` says. */
async function readAll(look: Look, query: Readonly<Record<string, string>>, limit = PAGE): Promise<Item[]> {
  const items: Item[] = []
  if (look.oracle.isWhole === true) return (await readPage(look, query)).data
  for (let cursor: string | null = null; ;) {
    const place: Record<string, string> =
      look.oracle.hasCursor === true
        ? cursor === null ? {} : { cursor } // prettier-ignore
        : { offset: String(items.length) }
    const page = await readPage(look, { ...query, limit: String(limit), ...place })
    items.push(...page.data)
    cursor = page.pagination?.nextCursor ?? null
    if (look.oracle.hasCursor !== true && items.length >= (page.pagination?.total ?? 0))
      expect(page.pagination, 'the last page').toMatchObject({ total: items.length, hasMore: false })
    if (page.pagination?.hasMore !== true) return items
    expect(page.data).toHaveLength(limit)
  }
}

function expectSame(look: Look, items: readonly Item[], rows: readonly Row[], what: string): void {
  const name = `${look.oracle.operationId} as ${look.view.name}: ${what}`
  const keys = items.map((item) => keyOf(look, item))
  expect(new Set(keys).size, `${name}: nothing comes twice`).toBe(keys.length)
  const expected = new Map(rows.map((row) => [keyOf(look, row), row]))
  expect(keys.toSorted(), `${name}: the same rows`).toEqual([...expected.keys()].sort())
  for (const item of items) {
    const row = expected.get(keyOf(look, item)) ?? {}
    for (const [field, value] of Object.entries(row))
      if (field in item && plain(item[field]) !== plain(value))
        expect({ [field]: item[field] }, `${name}: ${keyOf(look, item)}`).toEqual({ [field]: value })
  }
}

const TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/

/** One way of writing for values of JSON and of the driver. */
function plain(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return `[${value.map(plain).toSorted().join()}]`
  if (typeof value === 'object')
    return Object.entries(value).map(([name, one]) => `${name}=${plain(one)}`).toSorted().join() // prettier-ignore
  // What is left is a text, a number or a boolean.
  const text = `${value as string | number | boolean}`
  if (TIME.test(text)) return new Date(text).toISOString()
  return text !== '' && Number.isFinite(Number(text)) ? Number(Number(text).toPrecision(12)).toString() : text
}

async function checkSmallPages(look: Look, items: readonly Item[]): Promise<void> {
  const limit = Math.max(1, Math.ceil(items.length / 4))
  if (limit > PAGE) return
  const again = await readAll(look, {}, limit)
  expect(
    again.map((item) => keyOf(look, item)),
    `${look.oracle.operationId}: pages of ${String(limit)}`,
  ).toEqual(items.map((item) => keyOf(look, item)))
}

/** Values never fall (or rise); what has none stands together at one end; ties do not make rows come twice or never. */
async function checkOrder(look: Look, sort: string): Promise<void> {
  const field = sort.replace('-', '')
  const column = look.oracle.sorts?.[field] ?? `"${field}"`
  const unless = look.oracle.unless ?? 'true'
  const rows = await look.stage.select(
    `${wrap(look)} select *, case when (${column}) is not null then dense_rank() over (order by ${column}) end as rank
     from x where ${unless}`,
    look.values,
  )
  const ranks = new Map(
    rows.map((row) => [keyOf(look, row), row['rank'] === null ? null : Number(row['rank'])]),
  )
  const items = await readAll(look, { sort })
  const name = `${look.oracle.operationId} as ${look.view.name} by ${sort}`
  expect(items.map((item) => keyOf(look, item)).toSorted(), name).toEqual([...ranks.keys()].sort())
  const found = items.map((item) => ranks.get(keyOf(look, item)) ?? null)
  const known = found.filter((rank) => rank !== null)
  expect(known, name).toEqual(known.toSorted((a, b) => (sort.startsWith('-') ? b - a : a - b)))
  const nulls = found.length - known.length
  const ends = [found.slice(0, nulls), found.slice(found.length - nulls)]
  expect(
    ends.some((end) => end.every((rank) => rank === null)),
    `${name}: those without a value`,
  ).toBe(true)
}

async function checkFilter(look: Look, { name, schema }: Parameter): Promise<void> {
  const { oracle, stage, values } = look
  const given = oracle.filters?.[name]
  const where = given?.where ?? `"${name}"::text = :v`
  const unless = given?.isWhole === true ? 'true' : (oracle.unless ?? 'true')
  const picked = [...(await pickValues(look, name, schema, given?.pick)), ...(given?.more ?? [])]
  for (const v of picked) {
    const rows = await stage.select(`${wrap(look)} select * from x where (${where}) and (${unless})`, {
      ...values,
      v,
    })
    expectSame(look, await readAll(look, { [name]: v }), rows, `${name}=${v}`)
  }
}

/** All values of an enumeration; of anything else one that occurs. */
async function pickValues(
  look: Look,
  name: string,
  schema: Parameter['schema'],
  pick: string | undefined,
): Promise<readonly string[]> {
  if (schema.enum) return schema.enum
  if (schema.type === 'boolean') return ['true', 'false']
  const value = pick ?? `"${name}"`
  const [row] = await look.stage.select(
    `${wrap(look)} select (${value})::text as v from x where (${value}) is not null
     order by count(*) over (partition by (${value})), (${value})::text offset (select count(*) / 3 from x where (${value}) is not null) limit 1`,
    look.values,
  )
  expect(row, `${look.oracle.operationId} as ${look.view.name}: no value for ${name}`).toBeDefined()
  return row === undefined ? [] : [String(row['v'])]
}
