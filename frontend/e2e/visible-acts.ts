import type { Page } from 'playwright-core'

/**
 * Controls that by their kind only change what is shown: column heads, filters and other menus, pagination, views,
 * tabs, what opens or closes a part of the page. Their menus' items are looked at where they are menus of acts.
 */
const LOOKS = [
  'th button',
  '.pf-v6-c-menu-toggle',
  '.pf-v6-c-pagination button',
  '.pf-v6-c-toggle-group button',
  '.pf-v6-c-alert__action button',
  '.pf-v6-c-code-block__actions button',
  '.pf-v6-c-clipboard-copy button',
  '.pf-v6-c-text-input-group button',
  '.pf-v6-c-label__actions button',
  '.pf-v6-c-label-group button',
  '[role="tab"]',
  '[aria-expanded]',
  // What a row is about, or a part of it: opens it, or narrows to it.
  'td:not(.pf-v6-c-table__action) button.pf-m-link.pf-m-inline:not(.pf-m-danger)',
].join(', ')
/** Toggles whose menus hold acts: three dots, or the word. */
const KEBAB = /actions|^more|kebab/i

/** Names of everything in the page's main part that can be pressed and may do something, menus of acts included. */
export async function pressables(page: Page): Promise<Set<string>> {
  const main = page.getByRole('main')
  const names = new Set(await main.evaluate(namesOfButtons, LOOKS))
  const kebabs = main.getByRole('button', { name: KEBAB, expanded: false })
  // Rows differ in what can be done with them; three tell enough.
  for (let place = 0; place < Math.min(3, await kebabs.count()); place += 1) {
    await kebabs.nth(place).click()
    const items = page.getByRole('menuitem')
    await items.first().waitFor()
    for (const item of await items.all())
      if (await item.isEnabled()) names.add((await item.innerText()).split('\n')[0]?.trim() ?? '')
    await page.keyboard.press('Escape')
    await items.first().waitFor({ state: 'hidden' })
  }
  names.delete('')
  return names
}

/** Runs in the page. */
function namesOfButtons(main: Element, looks: string): string[] {
  const labelOf = (one: Element): string => {
    const own = one.getAttribute('aria-label')
    if (own !== null) return own
    const ids = one.getAttribute('aria-labelledby')?.split(' ')
    if (ids) return ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' ')
    if (one instanceof HTMLInputElement)
      return [...(one.labels ?? [])].map((label) => label.textContent).join(' ')
    return one.textContent
  }
  return [...main.querySelectorAll('button, input[role="switch"], input[type="file"]')]
    .filter((one) => !one.matches(looks) && !one.matches(':disabled, [aria-disabled="true"]'))
    .filter((one) => one.checkVisibility({ visibilityProperty: true }))
    .map((one) => labelOf(one).replaceAll(/\s+/g, ' ').trim())
}
