// Every page, as each role that sees it: nobody is kept out by how it looks, and it offers what its visitor may do.
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { acts, looks } from './acts.ts'
import { colours, everything, overflow, violations } from './axe.ts'
import { openWindow, PHONE, WIDE } from './journey.ts'
import { readMatrix, type Role } from './matrix.ts'
import { addressOf, isForAdministrators, routes } from './pages.ts'
import { settled, signIn } from './steps.ts'
import { pressables } from './visible-acts.ts'

type Window = Awaited<ReturnType<typeof openWindow>>

const mayDo = readMatrix()

/** Light and dark, wide and on a phone. Answers what is wrong. */
async function lookAt({ page }: Window): Promise<string[]> {
  const found: string[] = []
  for (const [size, viewport] of [
    ['wide', WIDE],
    ['phone', PHONE],
  ] as const) {
    await page.setViewportSize(viewport)
    await settled(page)
    for (const [theme, rules] of [
      ['light', everything],
      ['dark', colours],
    ] as const) {
      await page.emulateMedia({ colorScheme: theme })
      await page.evaluate(restOfMotion)
      for (const one of await violations(page, rules)) found.push(`${size}, ${theme}: ${one}`)
    }
    for (const one of await overflow(page)) found.push(`${size}: ${one}`)
  }
  await page.setViewportSize(WIDE)
  await page.emulateMedia({ colorScheme: 'light' })
  const title = await page.title()
  return /\S+ · \S+/.test(title) ? found : [...found, `the title is only “${title}”`]
}

/** Runs in the page: colours on their way from one theme to the other are neither's. */
async function restOfMotion(): Promise<void> {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
  const ending = document
    .getAnimations()
    .filter((one) => Number.isFinite(one.effect?.getComputedTiming().endTime ?? Infinity))
  await Promise.allSettled(ending.map((one) => one.finished))
}

/** The same behind each tab, without the narrow window. */
async function lookBehindTabs({ page }: Window, isThorough: boolean, seen: Set<string>): Promise<string[]> {
  const found: string[] = []
  const tabs = page.getByRole('main').getByRole('tab', { selected: false })
  const names = await tabs.evaluateAll((all) => all.map((one) => one.textContent.trim()))
  for (const name of new Set(names)) {
    const tab = page.getByRole('main').getByRole('tab', { name, exact: true }).first()
    if (!(await tab.isVisible())) continue
    await tab.click()
    await settled(page)
    for (const one of await pressables(page)) seen.add(one)
    if (!isThorough) continue
    for (const one of await violations(page, everything)) found.push(`tab ${name}: ${one}`)
    for (const one of await overflow(page)) found.push(`tab ${name}: ${one}`)
  }
  return found
}

/** Where what is to be pressed and what the server allows are not the same. */
function disagreements(path: string, role: Role, seen: ReadonlySet<string>): string[] {
  const known = acts.filter(({ page }) => page === path)
  const surplus = [...seen].flatMap((name) => {
    const meant = known.filter((one) => one.name.test(name))
    if (meant.length === 0)
      return looks.some((look) => look.test(name))
        ? []
        : [`“${name}” can be pressed: say in e2e/acts.ts which operation it asks for, or that it only looks`]
    return meant.some(({ operation }) => mayDo(role, operation))
      ? []
      : [`“${name}” can be pressed, and ${meant.map((one) => one.operation).join(', ')} is refused`]
  })
  const missing = known
    .filter((one) => one.isOccasional !== true && mayDo(role, one.operation))
    .filter((one) => ![...seen].some((name) => one.name.test(name)))
    .map((one) => `${String(one.name)} is not to be seen, and ${one.operation} would be allowed`)
  return [...surplus, ...missing]
}

const lanes = {
  user: 'user',
  adminReadonly: 'adminReadonly',
  admin: 'admin',
  'admin again': 'admin',
} as const satisfies Record<string, Role>
type Lane = keyof typeof lanes

interface Visit {
  readonly path: string
  readonly role: Role
  /** In which window; an administrator has twice as much to see. */
  readonly lane: Lane
  /** With everything that machines can say about accessibility; once for each page is enough. */
  readonly isThorough: boolean
}
const administration = routes().filter(isForAdministrators)
const half = Math.ceil(administration.length / 2)
const thorough = (paths: readonly string[], lane: Lane): Visit[] =>
  paths.map((path) => ({ path, role: lanes[lane], lane, isThorough: true }))
const visits = byTurns([
  thorough(administration.slice(0, half), 'admin'),
  thorough(administration.slice(half), 'admin again'),
  thorough(
    routes().filter((path) => !isForAdministrators(path)),
    'user',
  ),
  routes().map((path): Visit => ({ path, role: 'adminReadonly', lane: 'adminReadonly', isThorough: false })),
])

/** One of each list, and again, so that nobody waits for the others. */
function byTurns<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(...lists.map((list) => list.length))
  return Array.from({ length: longest }, (_none, turn) =>
    lists.flatMap((list) => list.slice(turn, turn + 1)),
  ).flat()
}
const people: Readonly<Record<Role, string>> = { user: 'alice', adminReadonly: 'auditor', admin: 'admin' }

describe.skipIf(inject('browserEndpoint') === '')('every page', () => {
  const windows = new Map<Lane, Window>()
  /** One page after the other in each window. */
  const queues = new Map<Lane, Promise<void>>()
  const inTurn = (lane: Lane, look: () => Promise<void>): Promise<void> => {
    const turn = (queues.get(lane) ?? Promise.resolve()).then(look)
    queues.set(
      lane,
      turn.catch(() => undefined),
    )
    return turn
  }
  const windowOf = (lane: Lane): Window => {
    const window = windows.get(lane)
    if (!window) throw new Error(`${people[lanes[lane]]} did not sign in.`)
    return window
  }

  beforeAll(async () => {
    for (const lane of ['user', 'adminReadonly', 'admin', 'admin again'] as const) {
      const window = await openWindow()
      windows.set(lane, window)
      await signIn(window.page, people[lanes[lane]])
    }
  })
  afterAll(() => Promise.all([...windows.values()].map(({ context }) => context.close())))

  const visit = async ({ path, role, lane, isThorough }: Visit): Promise<void> => {
    const window = windowOf(lane)
    const { page, context, open, complaints } = window
    const address = await addressOf(path, context, windowOf('admin').context)
    if (address === undefined) return
    // An invitation that does not exist is said so.
    if (path.startsWith('/invitations')) window.expectStatus(400, 404)
    // Whoever looks across all organizations sees more of what could be done.
    const isAcross = role === 'adminReadonly' && isForAdministrators(path)
    await open(isAcross ? `${address}?in=all` : address)
    const seen = await pressables(page)
    const wrong = isThorough ? await lookAt(window) : []
    wrong.push(...(await lookBehindTabs(window, isThorough, seen)))
    const all = [...wrong, ...disagreements(path, role, seen), ...complaints()]
    if (all.length > 0) console.error(`${path} as ${role}:\n  ${all.join('\n  ')}`)
    expect(all).toEqual([])
  }

  test.concurrent.for(visits)('$path as $role', { timeout: 300_000 }, (one) =>
    inTurn(one.lane, () => visit(one)),
  )

  test('the sign-in page', async () => {
    const window = await openWindow()
    try {
      await window.open('/sign-in')
      expect([...(await lookAt(window)), ...window.complaints()]).toEqual([])
    } finally {
      await window.context.close()
    }
  })

  test('a page that is not there, and one that is for others', async () => {
    const window = windowOf('user')
    for (const path of ['/there-is-no-such-page', '/admin/settings']) {
      await window.open(path)
      expect([path, ...(await lookAt(window)), ...window.complaints()]).toEqual([path])
    }
  })
})

test('the table of acts knows no page and no operation that is not there', () => {
  const known = new Set(routes())
  expect(acts.filter(({ page }) => !known.has(page))).toEqual([])
  for (const { operation } of acts) expect(() => mayDo('admin', operation)).not.toThrow()
})
