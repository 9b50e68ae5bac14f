import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** WCAG 2.0, 2.1 and 2.2, levels A and AA. */
export const everything: RunOptions = {
  runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
}
/** What can differ where only the theme does. */
export const colours: RunOptions = {
  runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] },
}

/** One line for each violation: which rule, where, and what axe says of it. */
export async function violations(page: Page, options: RunOptions): Promise<string[]> {
  // A string is not subject to the page's policy, which allows no other script.
  await page.evaluate(`globalThis.axe ?? (() => {${source}})()`)
  const { violations: found } = await page.evaluate<AxeResults, RunOptions>(
    (given) =>
      (globalThis as unknown as { axe: { run(node: Document, o: RunOptions): Promise<AxeResults> } }).axe.run(
        document,
        { ...given, resultTypes: ['violations'] },
      ),
    options,
  )
  return found.flatMap(({ id, nodes }) =>
    nodes
      .slice(0, 3)
      .map(
        (node) => `${id}: ${node.target.join(' ')}: ${(node.failureSummary ?? '').replaceAll(/\s+/g, ' ')}`,
      ),
  )
}

/** Whatever reaches beyond the window's right edge without a place of its own to scroll in. */
export async function overflow(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const main = document.querySelector('.pf-v6-c-page__main-container') ?? document.documentElement
    const wide = [document.documentElement, main].filter((one) => one.scrollWidth > one.clientWidth + 1)
    if (wide.length === 0) return []
    const scrolls = (one: Element): boolean =>
      one !== main &&
      one !== document.documentElement &&
      (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(one).overflowX) ||
        (one.parentElement !== null && scrolls(one.parentElement)))
    const edge = main.getBoundingClientRect().left + main.clientWidth
    const culprits = [...document.body.querySelectorAll('*')]
      .filter((one) => one.getBoundingClientRect().right > edge + 1 && !scrolls(one))
      .slice(-3)
      .map((one) => `${one.tagName.toLowerCase()}.${String(one.getAttribute('class'))}`)
    return [
      `${String(Math.max(...wide.map((one) => one.scrollWidth - one.clientWidth)))} px too wide: ${culprits.join(', ')}`,
    ]
  })
}
