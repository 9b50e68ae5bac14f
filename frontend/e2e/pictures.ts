// `npm run pictures [-- <part of a name>]`: a picture of each page in docs/images, on the data of a busy installation.
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { findChromium, launchOptions, noChromium } from './chromium.ts'
import { addressOf, isForAdministrators, routes } from './pages.ts'
import { startStack } from './stack.ts'
import { settled, signIn } from './steps.ts'

const FOLDER = fileURLToPath(new URL('../../docs/images/', import.meta.url))
const WIDE = { width: 1440, height: 900 }
const PHONE = { width: 390, height: 844 }

interface Look {
  readonly suffix: '' | '-dark' | '-phone'
  readonly colorScheme: 'light' | 'dark'
  readonly viewport: { readonly width: number; readonly height: number }
}
const light: Look = { suffix: '', colorScheme: 'light', viewport: WIDE }
const dark: Look = { suffix: '-dark', colorScheme: 'dark', viewport: WIDE }
const phone: Look = { suffix: '-phone', colorScheme: 'light', viewport: PHONE }

/** Those that are shown in every look. */
const important = new Set(['home', 'models', 'api-keys', 'usage', 'playground', 'admin', 'admin-requests'])
/** What only comes by an invitation of one's own has no picture. */
const skipped = new Set(['/invitations/$token'])

const nameOf = (path: string): string =>
  path === '/'
    ? 'home'
    : path
        .slice(1)
        .replace(/\/\$\w+/, '-one')
        .replaceAll('/', '-')

/** What makes a page worth a picture, beyond opening it. */
const scenes: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  playground: async (page) => {
    const box = page.getByRole('textbox', { name: /message/i }).last()
    await box.fill('Summarize in two sentences why teams share one gateway for all their models.')
    await box.press('Enter')
    await page
      .getByText(/tokens in/i)
      .first()
      .waitFor()
  },
}

async function take(page: Page, file: string): Promise<void> {
  await settled(page)
  // Web fonts, and charts that draw themselves in the frame after their data came.
  await page.evaluate(() => document.fonts.ready)
  await page.waitForTimeout(700)
  await page.screenshot({ path: join(FOLDER, `${file}.png`), animations: 'disabled', caret: 'hide' })
  console.log(`  ${file}.png`)
}

async function walk(
  browser: Browser,
  who: {
    readonly person: string
    readonly paths: readonly string[]
    readonly baseUrl: string
    readonly only: string
  },
): Promise<string[]> {
  const failed: string[] = []
  const context: BrowserContext = await browser.newContext({
    baseURL: who.baseUrl,
    viewport: WIDE,
    locale: 'en-US',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(20_000)
  const page = await context.newPage()
  await signIn(page, who.person)
  for (const path of who.paths) {
    const name = nameOf(path)
    for (const look of important.has(name) ? [light, dark, phone] : [light]) {
      if (!`${name}${look.suffix}`.includes(who.only)) continue
      try {
        await page.emulateMedia({ colorScheme: look.colorScheme })
        await page.setViewportSize(look.viewport)
        const address = await addressOf(path, context)
        if (address === undefined) throw new Error('there is no example of it')
        await page.goto(address)
        await settled(page)
        await scenes[name]?.(page)
        await take(page, `${name}${look.suffix}`)
      } catch (error) {
        failed.push(`${name}${look.suffix}: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
  }
  await context.close()
  return failed
}

async function door(browser: Browser, baseUrl: string, only: string): Promise<void> {
  for (const look of [light, dark, phone]) {
    if (!`sign-in${look.suffix}`.includes(only)) continue
    const { colorScheme, viewport } = look
    const context = await browser.newContext({ baseURL: baseUrl, colorScheme, viewport, locale: 'en-US' })
    const page = await context.newPage()
    await page.goto('/sign-in')
    await take(page, `sign-in${look.suffix}`)
    await context.close()
  }
}

const only = process.argv[2] ?? ''
const path = findChromium()
if (path === undefined) throw new Error(noChromium)
const scale = Number(process.env['PICTURES_SCALE'] ?? '1')
console.log(`Starting a busy installation for the pictures (scale ${String(scale)}) ...`)
const [stack, browser] = await Promise.all([
  startStack({ scale, say: (line) => console.log(`  ${line}`) }),
  chromium.launch(launchOptions(path)),
])
let failed: string[] = []
try {
  await mkdir(FOLDER, { recursive: true })
  // A page that is no more has no picture either.
  if (only === '')
    for (const file of await readdir(FOLDER)) if (file.endsWith('.png')) await rm(join(FOLDER, file))
  const paths = routes().filter((one) => !skipped.has(one))
  const of = (person: string, isTheirs: (one: string) => boolean) =>
    walk(browser, { person, paths: paths.filter(isTheirs), baseUrl: stack.baseUrl, only })
  await door(browser, stack.baseUrl, only)
  failed = [
    ...(await of('alice', (one) => !isForAdministrators(one))),
    ...(await of('admin', isForAdministrators)),
  ]
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith('.png'))
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(FOLDER, file))).size))
  const megabytes = sizes.reduce((sum, size) => sum + size, 0) / 1e6
  console.log(`${String(files.length)} pictures, ${megabytes.toFixed(1)} MB, in docs/images.`)
} finally {
  await browser.close()
  await stack.stop()
}
if (failed.length > 0) {
  console.error(`Not taken:\n${failed.join('\n')}`)
  process.exitCode = 1
}
