import type pg from 'pg'
import { insertOf, OURS, THEIRS, type TenantTable } from './look-alikes.ts'

/** What one statement did: how many rows it touched, or why PostgreSQL refused it. */
type Outcome =
  | { readonly rows: number; readonly error?: undefined }
  | { readonly error: string; readonly rows?: undefined }

/** Runs one statement inside the transaction at hand without ending it. */
export async function attempt(client: pg.ClientBase, text: string, values: unknown[] = []): Promise<Outcome> {
  await client.query('savepoint attempt')
  try {
    const { rowCount } = await client.query(text, values)
    await client.query('release savepoint attempt')
    return { rows: rowCount ?? 0 }
  } catch (error) {
    await client.query('rollback to savepoint attempt')
    return { error: error instanceof Error && 'code' in error ? String(error.code) : String(error) }
  }
}

/** No right at all, or refused by the policy: PostgreSQL says both with this code. */
const REFUSED = '42501'

const setScope = (client: pg.ClientBase, organization: string) =>
  client.query(`select set_config('app.organization_id', $1, true)`, [organization])

/** What is no organization: the context of nobody. Whatever it does, it must not show a row. */
const NO_CONTEXT: ReadonlyArray<readonly [name: string, value: string]> = [
  ['empty', ''],
  ['a blank', ' '],
  ['not a uuid', 'look-alike'],
  ['nil', '00000000-0000-0000-0000-000000000000'],
  ['null in words', 'null'],
  ['SQL', `' or true --`],
  ['a wildcard', '%'],
  ['two ids', `${OURS},${THEIRS}`],
  ['an id and more', `${THEIRS} or true`],
  ['an array', `{${OURS},${THEIRS}}`],
]

interface Trial {
  readonly what: string
  readonly text: string
  readonly values?: readonly unknown[]
}

/** Every way to reach their row from our context. Each must touch nothing or be refused. */
function trialsOf(table: TenantTable): Trial[] {
  const { name } = table
  const writable =
    table.columns.find((one) => !one.isKey && !one.isIdentity && one.name !== 'organization_id') ??
    table.columns[0]
  const same = `${writable?.name ?? 'organization_id'} = ${name}.${writable?.name ?? 'organization_id'}`
  const foreign = insertOf(table, THEIRS, 'second')
  const existing = insertOf(table, THEIRS)
  const key = table.columns
    .filter((one) => one.isKey)
    .map((one) => one.name)
    .join(', ')
  // A table without a primary key has a unique constraint in its place.
  const target = key === '' ? `on constraint ${name}_key` : `(${key})`
  const theirs = `where organization_id = '${THEIRS}'`
  return [
    { what: 'select', text: `select from ${name} ${theirs}` },
    { what: 'select for update', text: `select from ${name} ${theirs} for update` },
    { what: 'copy out', text: `copy (select * from ${name} ${theirs}) to stdout` },
    { what: 'insert', ...foreign },
    { what: 'insert returning', text: `${foreign.text} returning *`, values: foreign.values },
    {
      what: 'insert on conflict do nothing',
      text: `${existing.text} on conflict do nothing`,
      values: existing.values,
    },
    {
      what: 'upsert',
      text: `${existing.text} on conflict ${target} do update set ${same}`,
      values: existing.values,
    },
    { what: 'copy in', text: `copy ${name} from stdin` },
    { what: 'update', text: `update ${name} set ${same} ${theirs}` },
    { what: 'update returning', text: `update ${name} set ${same} ${theirs} returning *` },
    {
      what: 'move our row to them',
      text: `update ${name} set organization_id = '${THEIRS}' where organization_id = '${OURS}'`,
    },
    { what: 'move all rows to us', text: `update ${name} set organization_id = '${OURS}' ${theirs}` },
    { what: 'delete', text: `delete from ${name} ${theirs}` },
    { what: 'delete returning', text: `delete from ${name} ${theirs} returning *` },
    {
      what: 'merge',
      text: `merge into ${name} using (values ('${THEIRS}'::uuid)) as v (id) on ${name}.organization_id = v.id when matched then delete`,
    },
    { what: 'truncate', text: `truncate ${name} cascade` },
  ]
}

/**
 * Tries, inside an open transaction of the application's role, to reach the other organization's row in every way, and to
 * see anything without a context. Answers what worked and must not have.
 */
export async function leaksOf(client: pg.ClientBase, table: TenantTable): Promise<string[]> {
  const leaks: string[] = []
  const note = (what: string, outcome: Outcome, allowed: (outcome: Outcome) => boolean) => {
    if (!allowed(outcome))
      leaks.push(`${table.name}: ${what} ${outcome.error ?? `touched ${outcome.rows} row(s)`}`)
  }
  await setScope(client, OURS)
  for (const { what, text, values } of trialsOf(table))
    note(what, await attempt(client, text, [...(values ?? [])]), (outcome) => {
      // A COPY into a table with policies is refused as such, with another code.
      if (what === 'copy in') return outcome.error === REFUSED || outcome.error === '0A000'
      if (what.startsWith('insert') || what === 'upsert' || what === 'truncate')
        return outcome.error === REFUSED
      return outcome.error === REFUSED || outcome.rows === 0
    })
  const own = await attempt(client, `select from ${table.name}`)
  note('select of everything', own, (outcome) => outcome.error === REFUSED || outcome.rows === 1)
  const copied = await attempt(client, `copy ${table.name} to stdout`)
  // By its own name a partitioned table copies nothing, or is refused as such.
  note(
    'copy of everything',
    copied,
    ({ error, rows }) => error === REFUSED || error === '42809' || rows === 0 || rows === 1,
  )

  for (const [what, value] of NO_CONTEXT) {
    await setScope(client, value)
    const outcome = await attempt(client, `select from ${table.name}`)
    note(
      `select in the context of ${what}`,
      outcome,
      ({ error, rows }) => error === REFUSED || error === '22P02' || rows === 0,
    )
    if (value === '') {
      const update = await attempt(client, `delete from ${table.name}`)
      note('delete without a context', update, ({ error, rows }) => error === REFUSED || rows === 0)
      const insert = insertOf(table, OURS, 'third')
      note(
        'insert without a context',
        await attempt(client, insert.text, insert.values),
        ({ error }) => error === REFUSED,
      )
    }
  }
  await setScope(client, OURS.toUpperCase())
  note(
    'select in the context of our id in capitals',
    await attempt(client, `select from ${table.name}`),
    ({ error, rows }) => error === REFUSED || rows === 1,
  )
  await setScope(client, '')
  return leaks
}
