import { dailyActivity } from './activity.ts'
import { adminHandlers } from './admin.ts'
import { budgetHandlers } from './budgets.ts'
import { chat } from './chat.ts'
import { completions } from './completions.ts'
import { customerHandlers } from './customers.ts'
import { embeddings } from './embeddings.ts'
import type { Handler } from './exchange.ts'
import { license, liveliness, readiness, readinessDetails } from './health.ts'
import { keyHandlers } from './keys.ts'
import { imageEdits, images, moderations, rerank, speech, transcriptions } from './media-calls.ts'
import { messages, messageTokens } from './messages.ts'
import { modelHandlers } from './models.ts'
import { responses } from './responses.ts'
import { pagedLogs, plainLogs, spendReport } from './spend-logs.ts'
import { teamHandlers } from './teams.ts'
import { userHandlers } from './users.ts'

/**
 * Who may call: nobody is asked; `call` routes check for themselves, with the model; `list` routes check like a call
 * without a model; `key` routes need any live key; `admin` ones a proxy admin; `master` ones the master key.
 */
type Access = 'public' | 'call' | 'list' | 'key' | 'admin' | 'master'

export interface Route {
  access: Access
  handler: Handler
  params: Record<string, string>
}

type Entry = [method: string, path: string, access: Access, handler: Handler]

const entries: Entry[] = [
  ['GET', '/health/liveliness', 'public', liveliness],
  ['GET', '/health/liveness', 'public', liveliness],
  ['OPTIONS', '/health/liveliness', 'public', liveliness],
  ['OPTIONS', '/health/liveness', 'public', liveliness],
  ['GET', '/health/readiness', 'public', readiness],
  ['GET', '/health/readiness/details', 'key', readinessDetails],
  ['GET', '/health/license', 'admin', license],
  ['POST', '/health/test_connection', 'admin', modelHandlers.testConnection],

  ['GET', '/v1/models', 'list', modelHandlers.list],
  ['GET', '/models', 'list', modelHandlers.list],
  ['GET', '/model/info', 'key', modelHandlers.describe],
  ['GET', '/v1/model/info', 'key', modelHandlers.describe],
  ['GET', '/v2/model/info', 'key', modelHandlers.describePaged],
  ['POST', '/model/new', 'admin', modelHandlers.add],
  ['POST', '/model/update', 'admin', modelHandlers.update],
  ['POST', '/model/delete', 'admin', modelHandlers.remove],

  ['POST', '/key/generate', 'admin', keyHandlers.generate],
  ['POST', '/key/update', 'admin', keyHandlers.update],
  ['POST', '/key/delete', 'admin', keyHandlers.remove],
  ['GET', '/key/info', 'key', keyHandlers.describe],
  ['GET', '/key/list', 'key', keyHandlers.list],
  ['POST', '/key/block', 'admin', keyHandlers.block],
  ['POST', '/key/unblock', 'admin', keyHandlers.unblock],
  ['POST', '/key/regenerate', 'admin', keyHandlers.regenerate],
  ['GET', '/key/aliases', 'admin', keyHandlers.aliases],

  ['POST', '/user/new', 'admin', userHandlers.create],
  ['POST', '/user/update', 'admin', userHandlers.update],
  ['GET', '/user/info', 'admin', userHandlers.describe],
  ['GET', '/user/list', 'admin', userHandlers.list],
  ['POST', '/user/delete', 'admin', userHandlers.remove],
  ['GET', '/user/daily/activity', 'admin', dailyActivity(false)],
  ['GET', '/user/daily/activity/aggregated', 'admin', dailyActivity(true)],

  ['POST', '/team/new', 'admin', teamHandlers.create],
  ['POST', '/team/update', 'admin', teamHandlers.update],
  ['GET', '/team/info', 'admin', teamHandlers.describe],
  ['GET', '/team/list', 'admin', teamHandlers.list],
  ['GET', '/v2/team/list', 'admin', teamHandlers.listPaged],
  ['POST', '/team/delete', 'admin', teamHandlers.remove],
  ['POST', '/team/member_add', 'admin', teamHandlers.addMember],
  ['POST', '/team/member_delete', 'admin', teamHandlers.removeMember],
  ['POST', '/team/block', 'admin', teamHandlers.block],
  ['POST', '/team/unblock', 'admin', teamHandlers.unblock],

  ['POST', '/budget/new', 'admin', budgetHandlers.create],
  ['POST', '/budget/update', 'admin', budgetHandlers.update],
  ['POST', '/budget/info', 'admin', budgetHandlers.describe],
  ['GET', '/budget/list', 'admin', budgetHandlers.list],
  ['POST', '/budget/delete', 'admin', budgetHandlers.remove],

  ['GET', '/spend/logs', 'admin', plainLogs],
  ['GET', '/spend/logs/v2', 'admin', pagedLogs(false)],
  ['GET', '/spend/logs/ui', 'admin', pagedLogs(true)],
  ['GET', '/global/spend/report', 'admin', spendReport],

  ['POST', '/v1/chat/completions', 'call', chat],
  ['POST', '/chat/completions', 'call', chat],
  ['POST', '/v1/completions', 'call', completions],
  ['POST', '/completions', 'call', completions],
  ['POST', '/v1/embeddings', 'call', embeddings],
  ['POST', '/embeddings', 'call', embeddings],
  ['POST', '/v1/responses', 'call', responses],
  ['POST', '/responses', 'call', responses],
  ['POST', '/v1/messages', 'call', messages],
  ['POST', '/v1/messages/count_tokens', 'call', messageTokens],
  ['POST', '/v1/audio/transcriptions', 'call', transcriptions],
  ['POST', '/audio/transcriptions', 'call', transcriptions],
  ['POST', '/v1/audio/speech', 'call', speech],
  ['POST', '/audio/speech', 'call', speech],
  ['POST', '/v1/images/generations', 'call', images],
  ['POST', '/images/generations', 'call', images],
  ['POST', '/v1/images/edits', 'call', imageEdits],
  ['POST', '/images/edits', 'call', imageEdits],
  ['POST', '/v1/rerank', 'call', rerank],
  ['POST', '/rerank', 'call', rerank],
  ['POST', '/v1/moderations', 'call', moderations],
  ['POST', '/moderations', 'call', moderations],

  ['POST', '/simulator/faults', 'master', adminHandlers.addFault],
  ['DELETE', '/simulator/faults', 'master', adminHandlers.clearFaults],
  ['POST', '/simulator/flush', 'master', adminHandlers.flush],
  ['GET', '/simulator/calls', 'master', adminHandlers.calls],
  ['DELETE', '/simulator/calls', 'master', adminHandlers.clearCalls],
  ['GET', '/simulator/usage', 'master', adminHandlers.usage],
  ['POST', '/simulator/reset-budgets', 'master', adminHandlers.reset],
  ['PUT', '/simulator/callback', 'master', adminHandlers.configureCallback],
  ['GET', '/simulator/callback', 'master', adminHandlers.callbackCounts],
  ['POST', '/simulator/spend-logs', 'master', adminHandlers.plantLogs],
  ['POST', '/simulator/keys', 'master', adminHandlers.importKeys],
]

for (const prefix of ['/customer', '/end_user']) {
  entries.push(
    ['POST', `${prefix}/new`, 'admin', customerHandlers.create],
    ['GET', `${prefix}/info`, 'admin', customerHandlers.describe],
    ['POST', `${prefix}/update`, 'admin', customerHandlers.update],
    ['POST', `${prefix}/delete`, 'admin', customerHandlers.remove],
    ['GET', `${prefix}/list`, 'admin', customerHandlers.list],
    ['POST', `${prefix}/block`, 'admin', customerHandlers.block],
    ['POST', `${prefix}/unblock`, 'admin', customerHandlers.unblock],
  )
}

const exact = new Map(
  entries.map(([method, path, access, handler]) => [`${method} ${path}`, { access, handler, params: {} }]),
)
const paths = new Set(entries.map(([, path]) => path))

const patterns: { method: string; pattern: RegExp; access: Access; handler: Handler }[] = [
  // Names of models may hold slashes.
  { method: 'GET', pattern: /^\/(?:v1\/)?models\/(?<id>.+)$/, access: 'list', handler: modelHandlers.one },
  {
    method: 'PATCH',
    pattern: /^\/model\/(?<id>[^/]+)\/update$/,
    access: 'admin',
    handler: modelHandlers.patch,
  },
  {
    method: 'POST',
    pattern: /^\/key\/(?<key>[^/]+)\/regenerate$/,
    access: 'admin',
    handler: keyHandlers.regenerate,
  },
  {
    method: 'POST',
    pattern: /^\/key\/(?<key>[^/]+)\/reset_spend$/,
    access: 'admin',
    handler: keyHandlers.resetSpend,
  },
]

/** The route of a call; `wrong-method` when only other methods exist at the path. */
export function findRoute(method: string, path: string): Route | 'wrong-method' | undefined {
  const known = exact.get(`${method} ${path}`)
  if (known !== undefined) return known
  let isOtherMethod = paths.has(path)
  for (const entry of patterns) {
    const match = entry.pattern.exec(path)
    if (match === null) continue
    if (entry.method !== method) {
      isOtherMethod = true
      continue
    }
    const groups = Object.entries(match.groups ?? {}).map(
      ([name, value]) => [name, decodeURIComponent(value)] as const,
    )
    return { access: entry.access, handler: entry.handler, params: Object.fromEntries(groups) }
  }
  return isOtherMethod ? 'wrong-method' : undefined
}
