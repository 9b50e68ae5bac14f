// What everybody who walks through the console does.
import type { Page } from 'playwright-core'

/** Until nothing is loading any more: a heading is there, and no place holder is to be seen. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  // The stream of events never ends, so the network never rests; what is shown counts.
  await page.waitForFunction(
    () => document.querySelector('.pf-v6-c-skeleton, .pf-v6-c-spinner, [aria-busy="true"]') === null,
  )
}

/** The provider's own page: a list of people to click. */
export async function choosePerson(page: Page, username: string): Promise<void> {
  await page.getByRole('button', { name: `(${username})` }).click()
}

/** As a person clicks: the page one wanted, the sign-in page, the provider, and back. */
export async function signIn(page: Page, username: string, path = '/'): Promise<void> {
  await page.goto(path)
  await page.getByRole('link', { name: /^(sign in|log in|continue)/i }).click()
  await choosePerson(page, username)
  await page.getByRole('button', { name: /^account/i }).waitFor()
}
