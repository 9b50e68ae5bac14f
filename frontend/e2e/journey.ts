// A journey: somebody in a browser window of their own. It fails on whatever the browser complains about, too.
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { afterAll, beforeAll, inject, test } from 'vitest'
import { settled } from './steps.ts'

export const WIDE = { width: 1440, height: 900 }
export const PHONE = { width: 390, height: 844 }
/** One element that never comes is told sooner than the whole journey ends. */
const PATIENCE_MS = 15_000

let browser: Browser | undefined

beforeAll(async () => {
  const endpoint = inject('browserEndpoint')
  if (endpoint !== '') browser = await chromium.connect(endpoint)
})
afterAll(() => browser?.close())

export const baseUrl = (): string => inject('baseUrl')

export interface Traveller {
  readonly page: Page
  /** Everything that the browser complained about since the last look; empties the list. */
  complaints(): string[]
  /** From here on, answers with these codes are part of the story. */
  expectStatus(...codes: number[]): void
  /** Opens a page and waits until it has drawn what it shows. */
  open(path: string): Promise<void>
}

export interface Wishes extends BrowserContextOptions {
  readonly theme?: 'light' | 'dark'
}

/** A window with its own cookies. `close` tells what went wrong in it. */
export async function openWindow(wishes: Wishes = {}) {
  if (!browser) throw new Error('There is no browser.')
  const { theme, ...options } = wishes
  const context = await browser.newContext({
    baseURL: baseUrl(),
    viewport: WIDE,
    locale: 'en-US',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
    colorScheme: theme ?? 'light',
    ...options,
  })
  context.setDefaultTimeout(PATIENCE_MS)
  const page = await context.newPage()
  const complaints: string[] = []
  const log: string[] = []
  const expected = new Set<number>()
  page.on('pageerror', (error) => complaints.push(`page error: ${error.stack ?? error.message}`))
  page.on('console', (message) => {
    log.push(`${message.type()}: ${message.text()}`)
    // Told more exactly below, with the address.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(`console: ${message.text()}`)
  })
  page.on('response', (response) => {
    const [status, address] = [response.status(), new URL(response.url())]
    if (status < 400 || expected.has(status)) return
    // Who is not signed in yet learns it like this.
    if (status === 401 && address.pathname === '/api/auth/me') return
    complaints.push(`${String(status)} ${response.request().method()} ${address.pathname}${address.search}`)
  })
  const traveller: Traveller = {
    page,
    complaints: () => complaints.splice(0),
    expectStatus: (...codes) => codes.forEach((code) => expected.add(code)),
    open: async (path) => {
      await page.goto(path)
      await settled(page)
    },
  }
  return { ...traveller, log, context }
}

const FAILURES = process.env['JOURNEYS_OUTPUT'] ?? join(tmpdir(), 'litemaas-journeys')

type Walk = (traveller: Traveller, more: typeof openWindow) => Promise<void>

/** A test in a browser window, or no test where there is no browser. */
export function journey(name: string, wishes: Wishes & { readonly timeout?: number }, walk: Walk): void {
  const { timeout, ...options } = wishes
  test.skipIf(inject('browserEndpoint') === '')(name, { ...(timeout ? { timeout } : {}) }, async () => {
    const windows: Awaited<ReturnType<typeof openWindow>>[] = []
    const open = async (more?: Wishes) => {
      const one = await openWindow(more)
      windows.push(one)
      return one
    }
    const close = () => Promise.all(windows.map(({ context }) => context.close()))
    try {
      await walk(await open(options), open)
      const complaints = windows.flatMap((one) => one.complaints())
      if (complaints.length > 0) throw new Error(`The browser complained:\n${complaints.join('\n')}`)
    } catch (error) {
      await keep(name, windows, error)
      throw error
    } finally {
      await close()
    }
  })
}

/** What the windows showed when a journey failed. */
async function keep(
  name: string,
  windows: Awaited<ReturnType<typeof openWindow>>[],
  error: unknown,
): Promise<void> {
  await mkdir(FAILURES, { recursive: true })
  for (const [place, { page, log, complaints }] of windows.entries()) {
    const file = join(FAILURES, `${name.replaceAll(/\W+/g, '-')}-${String(place + 1)}`)
    await page.screenshot({ path: `${file}.png` }).catch(() => undefined)
    await writeFile(`${file}.log`, [page.url(), ...log, ...complaints()].join('\n')).catch(() => undefined)
    console.error(
      `${name}: ${error instanceof Error ? error.message : String(error)}\nWhat was to be seen: ${file}.png, ${file}.log`,
    )
  }
}
