import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { apiAs } from './api.ts'
import { overflow } from './axe.ts'
import { journey, PHONE } from './journey.ts'
import { choosePerson, settled, signIn } from './steps.ts'

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name })

/** Chooses in the account menu, whose words may be of any language. */
async function chooseInAccountMenu(page: Page, username: RegExp, item: string): Promise<void> {
  await page.getByRole('button', { name: username }).click()
  await page.getByRole('menuitem', { name: item, exact: true }).click()
}

journey('whoever signs in comes where they wanted to go, and leaves again', {}, async (traveller) => {
  const { page, open, expectStatus } = traveller
  await signIn(page, 'will', '/models?search=aurora')
  await settled(page)
  expect(new URL(page.url()).pathname).toBe('/models')
  expect(new URL(page.url()).searchParams.get('search')).toBe('aurora')
  // What the page was just asking for is refused then.
  expectStatus(401)
  await chooseInAccountMenu(page, /Will Wide/, 'Sign out')
  await page.getByRole('link', { name: /^(sign in|log in|continue)/i }).waitFor()
  expect(await page.getByText('Your session has ended').count()).toBe(0)
  await open('/models')
  expect(new URL(page.url()).pathname).toBe('/sign-in')
  expect(await page.evaluate(() => document.cookie)).not.toContain('litemaas')
})

journey('a cancelled sign-in is explained', {}, async ({ page }) => {
  await page.goto('/sign-in')
  await page.getByRole('link', { name: /^(sign in|log in|continue)/i }).click()
  await page.getByRole('button', { name: /cancel/i }).click()
  await page.getByRole('heading', { name: 'Signing in did not work' }).waitFor()
  await page.getByRole('link', { name: /^(sign in|log in|continue)/i }).click()
  await choosePerson(page, 'will')
  await page.getByRole('button', { name: /Will Wide/ }).waitFor()
})

journey('a session that ends is told, and goes on where it was', {}, async ({ page, expectStatus }) => {
  await signIn(page, 'sami', '/models')
  await settled(page)
  const call = await apiAs('sami')
  const sessions = await call<{ id: string; isCurrent: boolean }[]>('GET', '/api/auth/sessions')
  expectStatus(401)
  for (const { id } of sessions.filter(({ isCurrent }) => !isCurrent))
    await call('DELETE', `/api/auth/sessions/${id}`)
  // The stream of events tells at once; nobody has to click first.
  await page.getByRole('heading', { name: 'Your session has ended' }).waitFor()
  await page.getByRole('link', { name: /^(sign in|log in|continue)/i }).click()
  // The provider may still know who this is.
  await page
    .getByRole('button', { name: /\(sami\)|Sami Session/ })
    .first()
    .waitFor()
  if (await page.getByRole('button', { name: '(sami)' }).isVisible()) await choosePerson(page, 'sami')
  await heading(page, 'Models').waitFor()
})

journey('a page that is not for one says so, and so does one that is not there', {}, async (traveller) => {
  const { page, open } = traveller
  await signIn(page, 'will')
  await open('/admin/settings')
  await heading(page, 'You may not see this page').waitFor()
  const navigation = page.getByRole('navigation', { name: 'Main' })
  expect(await navigation.getByRole('link', { name: 'Settings' }).count()).toBe(0)
  await open('/admin/users/00000000-0000-4000-8000-000000000000')
  await heading(page, 'You may not see this page').waitFor()
  await open('/no/such/page')
  await heading(page, 'There is no such page').waitFor()
  await page.getByRole('button', { name: 'Go to the home page' }).click()
  await settled(page)
  expect(new URL(page.url()).pathname).toBe('/')
})

const languages = [
  { name: 'Français', lang: 'fr', models: 'Modèles', price: /\d,\d\d\s?\$/ },
  { name: 'Deutsch', lang: 'de', models: 'Modelle', price: /\d,\d\d\s?\$/ },
  { name: 'Español', lang: 'es', models: 'Modelos', price: /\d,\d\d\s?(US)?\$/ },
  { name: '日本語', lang: 'ja', models: 'モデル', price: /\$\d\.\d\d/ },
  { name: 'English', lang: 'en', models: 'Models', price: /\$\d\.\d\d/ },
] as const

journey('the console speaks five languages', { timeout: 120_000 }, async ({ page }) => {
  await signIn(page, 'vera', '/models')
  await settled(page)
  for (const { name, lang, models, price } of languages) {
    await chooseInAccountMenu(page, /Vera Voice/, name)
    await heading(page, models).waitFor()
    await expect.poll(() => page.evaluate(() => document.documentElement.lang)).toBe(lang)
    await expect.poll(() => page.title()).toBe(`${models} · LiteMaaS`)
    await expect.poll(() => page.locator('main').innerText()).toMatch(price)
    await page.reload()
    await heading(page, models).waitFor()
  }
})

journey('the theme survives a reload', {}, async ({ page }) => {
  await signIn(page, 'will', '/models')
  const background = () =>
    page.evaluate(
      () =>
        getComputedStyle(document.querySelector('.pf-v6-c-page__main-container') ?? document.body)
          .backgroundColor,
    )
  const isDark = () => page.evaluate(() => document.documentElement.classList.contains('pf-v6-theme-dark'))
  const light = await background()
  await chooseInAccountMenu(page, /Will Wide/, 'Dark')
  await expect.poll(isDark).toBe(true)
  await page.reload()
  await settled(page)
  expect(await isDark()).toBe(true)
  expect(await background()).not.toBe(light)
  await chooseInAccountMenu(page, /Will Wide/, 'As the system')
  await expect.poll(isDark).toBe(false)
})

journey('on a phone everything is within reach', { viewport: PHONE, hasTouch: true }, async ({ page }) => {
  await signIn(page, 'will')
  const navigation = page.getByRole('navigation', { name: 'Main' })
  const toggle = page.getByRole('button', { name: 'Show or hide the navigation' })
  for (const name of ['Models', 'Subscriptions', 'API keys', 'Usage']) {
    await toggle.click()
    await navigation.getByRole('link', { name, exact: true }).click()
    await heading(page, name).waitFor()
    await navigation.waitFor({ state: 'hidden' })
    await settled(page)
    expect([name, await overflow(page)]).toEqual([name, []])
  }
})

/** Nothing that can be told to a browser breaks a stream that is open already, so the page's own is broken off. */
const breakable = () => {
  const kept: EventSource[] = []
  const Original = globalThis.EventSource
  globalThis.EventSource = class extends Original {
    constructor(...given: ConstructorParameters<typeof EventSource>) {
      super(...given)
      kept.push(this)
    }
  }
  addEventListener('journey:break', () => {
    for (const source of kept.splice(0)) {
      source.close()
      source.dispatchEvent(new Event('error'))
    }
  })
}

journey('what happened while the connection was lost is there afterwards', {}, async (traveller) => {
  const { page } = traveller
  await page.addInitScript(breakable)
  await signIn(page, 'uma', '/subscriptions')
  await settled(page)
  const call = await apiAs('uma')
  const [model] = await call<{ id: string; name: string }[]>('GET', '/api/v1/models?search=delta-14b&limit=1')
  if (!model) throw new Error('There is no model to subscribe to.')
  await page.context().setOffline(true)
  await page.evaluate(() => dispatchEvent(new Event('journey:break')))
  await page.getByText('Reconnecting…').waitFor()
  await call('POST', '/api/v1/subscriptions', { modelId: model.id })
  await page.context().setOffline(false)
  await page.getByRole('main').getByText(model.name).first().waitFor()
  await page.getByText('Reconnecting…').waitFor({ state: 'hidden' })
})
