import { DetailError, ProxyError } from './errors.ts'
import { hashOf, json, type Handler } from './exchange.ts'
import { queryInteger } from './json.ts'
import type { SpendLog } from './spend.ts'
import type { State } from './state.ts'

const shortDate = /^\d{4}-\d{2}-\d{2}$/
const longDate = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/

/** A query date as ISO 8601; RFC 3339 and other forms are refused, as LiteLLM does. */
function isoOf(text: string, isLongOnly: boolean, isEnd: boolean): string {
  const iso = longDate.test(text)
    ? `${text.replace(' ', 'T')}${isEnd ? '.999' : '.000'}Z`
    : shortDate.test(text) && !isLongOnly
      ? `${text}T${isEnd ? '23:59:59.999' : '00:00:00.000'}Z`
      : null
  if (iso !== null && !Number.isNaN(Date.parse(iso))) return iso
  throw new ProxyError(
    400,
    'internal_server_error',
    `Internal Server Error, time data '${text}' does not match format '%Y-%m-%d %H:%M:%S'`,
  )
}

const equalFilters: Record<string, string> = {
  api_key: 'api_key',
  user_id: 'user_id',
  request_id: 'request_id',
  team_id: 'team_id',
  end_user: 'end_user',
  model: 'model',
  model_id: 'model_id',
  model_group: 'model_group',
  session_id: 'session_id',
  key_alias: 'key_alias',
  status_filter: 'status',
  error_code: 'error_code',
}

const sortColumns: Record<string, string> = {
  spend: 'spend',
  total_tokens: 'total_tokens',
  startTime: 'start_time',
}

/** A row as answered: times end in `+00:00`. */
function shown(body: unknown): SpendLog {
  return JSON.parse(String(body)) as SpendLog
}

/** `/spend/logs/v2`, and `/spend/logs/ui`, which insists on the long form of dates. */
export function pagedLogs(isLongOnly: boolean): Handler {
  return ({ state, query }) => {
    const start = query.get('start_date')
    const end = query.get('end_date')
    if (start === null || end === null) {
      throw new ProxyError(400, 'bad_request', 'Start date and end date are required', 'start_date')
    }
    const page = queryInteger(query, 'page', 1, Number.MAX_SAFE_INTEGER)
    const size = queryInteger(query, 'page_size', 50, 100)
    const conditions = ['start_time >= ?', 'start_time <= ?']
    const values: (string | number)[] = [isoOf(start, isLongOnly, false), isoOf(end, isLongOnly, true)]
    for (const [name, column] of Object.entries(equalFilters)) {
      const value = query.get(name)
      if (value === null || value === '') continue
      conditions.push(`${column} = ?`)
      values.push(value)
    }
    const bounds: [string, string][] = [
      ['min_spend', 'spend >= ?'],
      ['max_spend', 'spend <= ?'],
    ]
    for (const [name, condition] of bounds) {
      const value = query.get(name)
      if (value === null) continue
      conditions.push(condition)
      values.push(Number(value))
    }
    const message = query.get('error_message')
    if (message !== null) {
      conditions.push('instr(lower(error_message), lower(?)) > 0')
      values.push(message)
    }
    const where = conditions.join(' and ')
    const order = sortColumns[query.get('sort_by') ?? 'startTime'] ?? 'start_time'
    const direction = query.get('sort_order') === 'asc' ? 'asc' : 'desc'
    const count = state.storage
      .statement(`select count(*) as total from spend_logs where ${where}`)
      .get(...values)
    const total = Number(count?.['total'] ?? 0)
    const rows = state.storage
      .statement(
        `select body from spend_logs where ${where} order by ${order} ${direction}, request_id limit ? offset ?`,
      )
      .all(...values, size, (page - 1) * size)
    return json({
      data: rows.map((row) => shown(row['body'])),
      total,
      page,
      page_size: size,
      total_pages: Math.ceil(total / size),
    })
  }
}

function rowsWhere(state: State, condition: string, values: string[]): SpendLog[] {
  return state.storage
    .statement(`select body from spend_logs where ${condition} order by start_time desc`)
    .all(...values)
    .map((row) => shown(row['body']))
}

/** `/spend/logs`: unpaged rows of one key, request or user, or daily sums between two dates. */
export const plainLogs: Handler = ({ state, query }) => {
  const start = query.get('start_date')
  const end = query.get('end_date')
  const filters: [string, string | null][] = [
    ['api_key', query.get('api_key')],
    ['request_id', query.get('request_id')],
    ['user_id', query.get('user_id')],
  ]
  const given = filters.filter((filter): filter is [string, string] => filter[1] !== null)
  if (start === null || end === null) {
    const [column, value] = given[0] ?? ['1', '1']
    const wanted = column === 'api_key' ? hashOf(value) : value
    return json(
      given.length === 0 ? rowsWhere(state, '1 = 1', []) : rowsWhere(state, `${column} = ?`, [wanted]),
    )
  }
  if (!shortDate.test(start) || !shortDate.test(end)) {
    throw new ProxyError(400, 'internal_server_error', 'Invalid date format. Please use YYYY-MM-DD')
  }
  // The end is that day at 00:00, and a secret is not hashed on this path: both as in LiteLLM.
  const condition = ['start_time >= ?', 'start_time <= ?', ...given.map(([column]) => `${column} = ?`)].join(
    ' and ',
  )
  const values = [`${start}T00:00:00.000Z`, `${end}T00:00:00.000Z`, ...given.map(([, value]) => value)]
  const rows = rowsWhere(state, condition, values)
  return json(query.get('summarize') === 'false' ? rows : summarized(rows, end))
}

interface DaySum {
  startTime: string
  spend: number
  users: Record<string, number>
  models: Record<string, number>
  /** Key hashes are properties of the day itself. */
  [keyHash: string]: unknown
}

function emptyDay(date: string): DaySum {
  return { startTime: date, spend: 0, users: {}, models: {} }
}

function summarized(rows: readonly SpendLog[], end: string): DaySum[] {
  const days = new Map<string, DaySum>()
  for (const row of [...rows].reverse()) {
    const date = row.startTime.slice(0, 10)
    const day = days.get(date) ?? emptyDay(date)
    days.set(date, day)
    day.spend += row.spend
    day[row.api_key] = Number(day[row.api_key] ?? 0) + row.spend
    day.users[row.user] = (day.users[row.user] ?? 0) + row.spend
    day.models[row.model] = (day.models[row.model] ?? 0) + row.spend
  }
  const list = [...days.values()]
  const last = list.at(-1)?.startTime ?? end
  for (let time = Date.parse(last) + 86_400_000; time <= Date.parse(end); time += 86_400_000) {
    list.push(emptyDay(new Date(time).toISOString().slice(0, 10)))
  }
  return list
}

/** `/global/spend/report` needs a licence. */
export const spendReport: Handler = () => {
  throw new DetailError(400, {
    error: 'You must be a LiteLLM Enterprise user to use this feature: /spend/report endpoint',
  })
}
