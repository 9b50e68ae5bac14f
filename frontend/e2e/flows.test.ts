import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { apiAs, type Call } from './api.ts'
import { journey, type Traveller } from './journey.ts'
import { settled, signIn } from './steps.ts'

interface Model {
  readonly id: string
  readonly name: string
}

const LIVE_MS = 3000

/** What somebody could ask for: restricted, and neither asked for nor had before. */
async function askable(call: Call, besides: readonly string[] = []): Promise<Model> {
  const models = await call<(Model & { isRestricted: boolean; mySubscription: unknown })[]>(
    'GET',
    '/api/v1/models?limit=100',
  )
  const found = models.find(
    ({ id, isRestricted, mySubscription }) =>
      isRestricted && mySubscription === null && !besides.includes(id),
  )
  if (!found) throw new Error('There is no restricted model left to ask for.')
  return found
}

/** How long until this is to be seen, without a reload. */
async function seenAfter(wait: () => Promise<void>): Promise<number> {
  const since = Date.now()
  await wait()
  return Date.now() - since
}

const main = (page: Page) => page.getByRole('main')

journey('an open model is subscribed to with one click', {}, async ({ page }) => {
  await signIn(page, 'rosa', '/models?search=cirrus-small')
  await settled(page)
  await main(page)
    .getByRole('button', { name: /^Subscribe cirrus-small/ })
    .click()
  await page.getByText('You can use cirrus-small now').first().waitFor()
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Subscriptions' }).click()
  await main(page).getByText('cirrus-small').first().waitFor()
  await main(page).getByText('Active').first().waitFor()
})

async function ask({ page }: Traveller, model: Model): Promise<void> {
  await page.goto(`/models/${model.id}`)
  await settled(page)
  await main(page)
    .getByRole('button', { name: /^Request access/ })
    .click()
  await page.getByRole('dialog').getByRole('textbox').fill('For the support desk.')
  await page.getByRole('dialog').getByRole('button', { name: 'Send request' }).click()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
}

journey('a request is seen, decided and told at once', { timeout: 90_000 }, async (alice, more) => {
  const model = await askable(await apiAs('alice'))
  const admin = await more()
  await Promise.all([signIn(alice.page, 'alice'), signIn(admin.page, 'admin', '/admin/requests')])
  await settled(admin.page)
  await ask(alice, model)
  // New rows do not push others away under the pointer; a button shows them.
  const row = () =>
    main(admin.page).getByRole('row').filter({ hasText: 'Alice Archer' }).filter({ hasText: model.name })
  const arrivals = admin.page.getByText(/new request/)
  const arrived = await seenAfter(() => row().or(arrivals).first().waitFor())
  expect(arrived, 'until the administrator saw it').toBeLessThan(LIVE_MS)
  if (!(await row().isVisible()))
    await main(admin.page).getByRole('button', { name: 'Show', exact: true }).click()
  await row()
    .getByRole('button', { name: /^Approve/ })
    .click()
  const dialog = admin.page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: /^Reason/ }).fill('The support desk may.')
  await dialog.getByRole('button', { name: 'Approve' }).click()
  await dialog.waitFor({ state: 'hidden' })
  const told = await seenAfter(() => main(alice.page).getByText('Active').first().waitFor())
  expect(told, 'until the person saw it').toBeLessThan(LIVE_MS)
  console.log(
    `journeys: a request is seen after ${String(arrived)} ms, its decision after ${String(told)} ms`,
  )
})

journey('many requests are decided together', { timeout: 90_000 }, async ({ page }) => {
  for (const person of ['alice', 'bob']) {
    const call = await apiAs(person)
    await call('POST', '/api/v1/subscriptions', { modelId: (await askable(call)).id, reason: 'Together.' })
  }
  await signIn(page, 'admin', '/admin/requests')
  await settled(page)
  const rows = main(page).getByRole('row').filter({ hasText: 'Together.' })
  await rows.nth(1).waitFor()
  for (const place of [0, 1]) await rows.nth(place).getByRole('checkbox').check()
  await main(page)
    .getByRole('button', { name: /^Deny 2/ })
    .click()
  await page
    .getByRole('dialog')
    .getByRole('textbox', { name: /^Reason/ })
    .fill('Not this year.')
  await page.getByRole('dialog').getByRole('button', { name: /^Deny/ }).click()
  await page.getByText('2 requests denied').first().waitFor()
  await rows.first().waitFor({ state: 'detached' })
})

/** Somebody with a key of their own to an open model. */
async function ownKey(person: string, modelName: string, limits: object = {}): Promise<void> {
  const call = await apiAs(person)
  const [model] = await call<Model[]>('GET', `/api/v1/models?search=${modelName}&limit=1`)
  if (!model) throw new Error(`There is no model ${modelName}.`)
  await call('POST', '/api/v1/subscriptions', { modelId: model.id })
  await call('POST', '/api/v1/api-keys', { name: 'Trial', modelIds: [model.id], ...limits })
}

async function say(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Your message' }).fill(text)
  await page.getByRole('button', { name: 'Send' }).click()
}

journey('the playground answers, and the usage knows of it', { timeout: 90_000 }, async (petra, more) => {
  await ownKey('petra', 'aurora-8b')
  const { page } = petra
  const usage = await more()
  await signIn(page, 'petra', '/playground')
  await settled(page)
  await signIn(usage.page, 'petra', '/usage')
  await settled(usage.page)
  const talk = page.getByRole('main')
  await say(page, 'Count slowly from one to two hundred, please.')
  await page.getByRole('button', { name: 'Stop' }).click()
  await talk.getByText('You stopped this answer').waitFor()
  await say(page, 'Good morning, what can you do?')
  await talk
    .getByText(/\d+ tokens in, \d+ out/)
    .last()
    .waitFor()
  await talk
    .getByText(/\$0\.\d+/)
    .last()
    .waitFor()
  // In another tab, which nobody reloads.
  await expect.poll(() => main(usage.page).innerText(), { timeout: 10_000 }).toMatch(/Spend\s+\$0\.0+[1-9]/)
})

journey('an exhausted budget is said in words', {}, async ({ page, expectStatus }) => {
  await ownKey('quinn', 'aurora-405b', { maxBudget: 0.000_001, budgetDuration: '1mo' }).catch(() =>
    ownKey('quinn', 'aurora-70b', { maxBudget: 0.000_001, budgetDuration: '1mo' }),
  )
  expectStatus(429)
  await signIn(page, 'quinn', '/playground')
  await settled(page)
  await say(page, 'Write a very long poem about budgets.')
  await page
    .getByRole('main')
    .getByText(/budget/i)
    .last()
    .waitFor()
  await page.getByRole('link', { name: 'See your keys and their budgets' }).waitFor()
})

journey('a change of the settings shows everywhere', { timeout: 90_000 }, async ({ page }, more) => {
  const visitor = await more()
  await Promise.all([
    signIn(page, 'admin', '/admin/settings/display'),
    signIn(visitor.page, 'will', '/models'),
  ])
  await settled(page)
  await settled(visitor.page)
  expect(await main(visitor.page).innerText()).toMatch(/\$\d/)
  try {
    await page.getByRole('combobox', { name: /currency/i }).fill('EUR')
    await page.getByRole('option', { name: /^EUR/ }).click()
    await page.getByRole('spinbutton').first().fill('0.5')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('One US dollar is shown as').waitFor()
    await visitor.page.reload()
    await settled(visitor.page)
    await expect.poll(() => main(visitor.page).innerText()).toMatch(/€\d/)
  } finally {
    const call = await apiAs('admin')
    await call('PATCH', '/api/v1/admin/settings/display', { currency: 'USD', currencyPerUsd: 1 }).catch(
      (error: unknown) => console.error(error),
    )
  }
})
