import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** Nothing but the pages that are opened: no updates, no accounts, no start pages. */
const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--font-render-hinting=none',
]

/** CHROMIUM_PATH, else where systems put it, else what `npx playwright-core install chromium` has fetched. */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const own = environment['CHROMIUM_PATH']
  return [...(own ? [own] : PLACES), chromium.executablePath()].find((path) => existsSync(path))
}

export const noChromium = `No Chromium was found: install it (Debian: apt-get install chromium), or set CHROMIUM_PATH.`

export const launchOptions = (executablePath: string) => ({ executablePath, args: FLAGS })
