// Before the journeys: one browser and one running product for all of them.
import { chromium, type BrowserServer } from 'playwright-core'
import type { TestProject } from 'vitest/node'
import { findChromium, launchOptions, noChromium } from './chromium.ts'
import { startStack, type Stack } from './stack.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where to reach the browser; empty where there is none. */
    browserEndpoint: string
    baseUrl: string
    dataFolder: string
  }
}

function box(lines: readonly string[]): string {
  const width = Math.max(...lines.map((line) => line.length))
  const edge = '━'.repeat(width + 2)
  return ['', `┏${edge}┓`, ...lines.map((line) => `┃ ${line.padEnd(width)} ┃`), `┗${edge}┛`, ''].join('\n')
}

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const path = findChromium()
  if (path === undefined) {
    if (process.env['CI']) throw new Error(`The journeys need a browser. ${noChromium}`)
    console.error(
      box(['THE JOURNEYS THROUGH THE CONSOLE WERE NOT TESTED.', noChromium, 'In CI this is a failure.']),
    )
    for (const name of ['browserEndpoint', 'baseUrl', 'dataFolder'] as const) project.provide(name, '')
    return () => Promise.resolve()
  }
  let stack: Stack | undefined
  let browser: BrowserServer | undefined
  const stop = async (): Promise<void> => {
    await Promise.all([browser?.close(), stack?.stop()])
  }
  try {
    const say = (line: string): void => console.log(`journeys: ${line}`)
    const running = process.env['JOURNEYS_DATA'] // Of a stack that is kept while journeys are written.
    const [one, other] = await Promise.allSettled([
      running === undefined ? startStack({ scale: 0.05, say }) : runningStack(running),
      chromium.launchServer(launchOptions(path)),
    ])
    if (one.status === 'fulfilled') stack = one.value
    if (other.status === 'fulfilled') browser = other.value
    if (one.status === 'rejected') throw one.reason
    if (other.status === 'rejected') throw other.reason
    project.provide('browserEndpoint', other.value.wsEndpoint())
    project.provide('baseUrl', one.value.baseUrl)
    project.provide('dataFolder', one.value.dataFolder)
    return stop
  } catch (error) {
    await stop()
    throw error
  }
}

async function runningStack(dataFolder: string): Promise<Stack> {
  const { readRuntime } = await import('@litemaas/scripts/runtime')
  const { publicUrl } = await readRuntime(dataFolder)
  return { baseUrl: publicUrl, dataFolder, stop: () => Promise.resolve() }
}
