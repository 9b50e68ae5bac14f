import { permissionsOf, type Permission } from '#identity'
import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import type { Tx } from '#platform/database'
import { announceAll, type AnnouncedEvent } from '#platform/events'
import {
  findPeople,
  insertEmails,
  insertNotifications,
  listPeopleWith,
  listPlatformAdministrators,
  listPreferences,
  namesIn,
  type NamedTable,
  type NewMessage,
  type Recipient,
} from './dispatch.queries.ts'
import { kinds, type Channels } from './notification-kinds.ts'
import { fieldsOf, rules, type Draft, type Rule } from './rules.ts'
import type { Facts } from './wording.ts'

/** One event that is worth telling, by one rule. */
interface Told {
  readonly event: AnnouncedEvent
  readonly rule: Rule
  readonly draft: Draft
}

const platformRoles = ['admin', 'adminReadonly', 'user'] as const
const organizationRoles = ['admin', 'manager', 'member', 'viewer'] as const

/** Makes inbox rows and mails of what was announced; what makes none is passed over. On the platform's connection. */
export async function tellPeople(
  tx: Tx,
  events: readonly AnnouncedEvent[],
  options: { hasMail: boolean },
): Promise<void> {
  const told = events.flatMap(worthTelling)
  if (told.length === 0) return
  const recipients = await recipientsOf(tx, told)
  const factsOf = await namedFacts(tx, told)
  const wanted = await wishesOf(tx, [...new Set([...recipients.values()].flat().map((one) => one.userId))])
  const inbox: NewMessage[] = []
  const mails: NewMessage[] = []
  for (const one of told) {
    const { event, rule, draft } = one
    const mailed = new Set<string>()
    for (const { userId, organizationId, hasEmail } of recipients.get(one) ?? []) {
      const channels = wanted(userId, rule)
      const message: NewMessage = {
        organizationId: organizationId ?? PLATFORM_ORGANIZATION_ID,
        userId,
        kind: rule.kind,
        template: draft.template,
        severity: draft.severity,
        facts: factsOf(one),
        link: draft.link,
        sequence: event.cursor.sequence.toString(),
      }
      if (channels.inApp && organizationId !== null) inbox.push(message)
      // One mail, in however many organizations the person is.
      if (channels.email && hasEmail && options.hasMail && !mailed.has(userId)) mails.push(message)
      mailed.add(userId)
    }
  }
  if (mails.length > 0) await insertEmails(tx, mails)
  if (inbox.length === 0) return
  const written = await insertNotifications(tx, inbox)
  await announceAll(
    tx,
    written.map(({ organizationId, userId, id, kind, severity }) => ({
      name: 'notification.created',
      audience: { userId },
      data: { id, kind, severity },
      organizationId,
      isTransient: true,
    })),
  )
}

function worthTelling(event: AnnouncedEvent): Told[] {
  const audience = event.isForPlatform ? 'platform' : event.userId !== null ? 'person' : 'permission'
  return (rules[event.name] ?? [])
    .filter((rule) => rule.audience === audience)
    .flatMap((rule) => {
      const draft = rule.draft(fieldsOf(event.data), event)
      return draft ? [{ event, rule, draft }] : []
    })
}

/** People where they belong: in the event's organization, or, what is the platform's own, in every one of theirs. */
async function recipientsOf(tx: Tx, told: readonly Told[]): Promise<Map<Told, Recipient[]>> {
  const personally = told.filter(({ rule }) => rule.audience === 'person')
  const generally = told.filter(({ rule }) => rule.audience === 'permission')
  const persons = await findPeople(tx, [
    ...new Set(personally.flatMap(({ event }) => (event.userId === null ? [] : [event.userId]))),
  ])
  const byPermission = new Map<string, Recipient[]>()
  for (const [permission, ones] of Map.groupBy(generally, permissionOf)) {
    const organizationIds = [...new Set(ones.map(({ event }) => event.organizationId))]
    byPermission.set(permission, await listPeopleWith(tx, organizationIds, standingsWith(permission)))
  }
  const administrators = told.some(({ rule }) => rule.audience === 'platform')
    ? await listPlatformAdministrators(tx)
    : []
  const peopleFor = (one: Told): Recipient[] => {
    const { event, rule } = one
    if (rule.audience === 'platform') return administrators
    const isHere = ({ organizationId }: Recipient) => organizationId === event.organizationId
    if (rule.audience === 'permission') {
      const except = rule.except?.(fieldsOf(event.data))
      return (byPermission.get(permissionOf(one)) ?? []).filter((who) => isHere(who) && who.userId !== except)
    }
    const rows = persons.filter(({ userId }) => userId === event.userId)
    return event.organizationId === PLATFORM_ORGANIZATION_ID ? rows : rows.filter(isHere)
  }
  return new Map(told.map((one) => [one, peopleFor(one)]))
}

const permissionOf = ({ rule, event }: Told): string => rule.permission ?? event.permission ?? ''

/** Every pair of roles that has the permission. */
function standingsWith(permission: string): string[] {
  return platformRoles.flatMap((platform) =>
    organizationRoles
      .filter((role) => permissionsOf(platform, role).has(permission as Permission))
      .map((role) => `${platform}/${role}`),
  )
}

/** The facts of each, with names in place of ids; what is gone has none. */
async function namedFacts(tx: Tx, told: readonly Told[]): Promise<(one: Told) => Facts> {
  const wanted = new Map<NamedTable, Set<string>>()
  for (const { draft } of told)
    for (const [table, id] of Object.values(draft.names ?? {}))
      wanted.set(table, (wanted.get(table) ?? new Set()).add(id))
  const found = new Map<NamedTable, Map<string, string>>()
  for (const [table, ids] of wanted) found.set(table, await namesIn(tx, table, [...ids]))
  return ({ draft }) => {
    const names = Object.entries(draft.names ?? {}).flatMap(([fact, [table, id]]) => {
      const name = found.get(table)?.get(id)
      return name === undefined ? [] : [[fact, name] as const]
    })
    return { ...draft.facts, ...Object.fromEntries(names) }
  }
}

async function wishesOf(
  tx: Tx,
  userIds: readonly string[],
): Promise<(userId: string, rule: Rule) => Channels> {
  const rows = await listPreferences(tx, userIds)
  const chosen = new Map(rows.map((row) => [`${row.userId} ${row.kind}`, row]))
  return (userId, rule) => chosen.get(`${userId} ${rule.kind}`) ?? kinds[rule.kind]
}
