import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { baseUrl, journey } from './journey.ts'
import { settled, signIn } from './steps.ts'

const run = promisify(execFile)
const SECRET = /sk-litellm-[\w-]{20,}/

/** Presses and counts, as the person at the screen does. */
function counted(page: Page) {
  let clicks = 0
  const click = async (role: Parameters<Page['getByRole']>[0], name: string | RegExp): Promise<void> => {
    clicks += 1
    await page.getByRole(role, { name }).first().click()
  }
  return { click, clicks: () => clicks }
}

/** In the open dialog: the prefilled name will do, and one model is enough. */
async function fillKey(page: Page, model: string): Promise<void> {
  const dialog = page.getByRole('dialog')
  expect(await dialog.getByRole('textbox', { name: 'Name' }).inputValue()).not.toBe('')
  await dialog.getByRole('combobox', { name: 'Models' }).fill(model)
  await page
    .getByRole('option', { name: new RegExp(`^${model}`) })
    .first()
    .click()
  // The choices stay open for more of them; going on closes them.
  await page.keyboard.press('Tab')
  await page.getByRole('option').first().waitFor({ state: 'hidden' })
}

async function shownSecret(page: Page): Promise<string> {
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'I have stored it' }).waitFor()
  const secret = await dialog.getByRole('textbox', { name: 'API key' }).inputValue()
  expect(secret).toMatch(SECRET)
  return secret
}

/** Whatever a script, or the next person at this computer, could read. */
const traces = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const databases = await indexedDB.databases()
    const caches = await globalThis.caches.keys()
    return JSON.stringify([
      document.documentElement.outerHTML,
      [...document.querySelectorAll('input, textarea')].map((one) => 'value' in one && one.value),
      location.href,
      history.state,
      Object.entries(localStorage),
      Object.entries(sessionStorage),
      document.cookie,
      databases,
      caches,
    ])
  })

journey(
  'a first-time visitor makes a working key in under a minute',
  { permissions: ['clipboard-read', 'clipboard-write'] },
  async ({ page }) => {
    const startedAt = Date.now()
    const { click, clicks } = counted(page)
    await page.goto('/')
    await click('link', /^(sign in|log in|continue)/i)
    await click('button', '(nina)')
    await click('link', /^Get a key for/)
    await page.getByRole('dialog').waitFor()
    await click('button', 'Create key')
    await shownSecret(page)
    await page.getByRole('dialog').getByRole('button', { name: /^copy/i }).last().click()
    const code = await page.evaluate(() => navigator.clipboard.readText())
    expect(code).toMatch(/^curl /)
    const { stdout } = await run('sh', ['-c', code])
    expect(JSON.parse(stdout)).toMatchObject({
      choices: [{ message: { content: expect.any(String) as string } }],
    })
    const seconds = (Date.now() - startedAt) / 1000
    console.log(
      `journeys: a visitor’s first key works after ${String(clicks() + 3)} clicks and ${seconds.toFixed(1)} s`,
    )
    expect(seconds).toBeLessThan(60)
    await click('button', 'I have stored it')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
  },
)

journey('a key is shown once and never again', {}, async ({ page, open }) => {
  await signIn(page, 'omar', '/api-keys')
  await settled(page)
  await page.getByRole('main').getByRole('button', { name: 'Create key' }).first().click()
  await fillKey(page, 'aurora-3b')
  await page.getByRole('button', { name: 'Create key' }).last().click()
  const secret = await shownSecret(page)
  // Closing by the way asks first, because there is no second look.
  await page.keyboard.press('Escape')
  await page.getByText('The key will not be shown again').waitFor()
  await page.getByRole('button', { name: 'Go back' }).click()
  await page.getByRole('button', { name: 'I have stored it' }).click()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  expect(await traces(page)).not.toContain(secret)

  await page.reload()
  await settled(page)
  expect(await traces(page)).not.toContain(secret)
  await page.getByRole('main').getByRole('table').or(page.getByRole('grid')).getByRole('link').first().click()
  await settled(page)
  expect(await traces(page)).not.toContain(secret)

  const call = () =>
    fetch(`${baseUrl()}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'aurora-3b', messages: [{ role: 'user', content: 'Good morning.' }] }),
    })
  expect((await call()).status).toBe(200)

  await open('/api-keys')
  await page
    .getByRole('button', { name: /^Actions for/ })
    .first()
    .click()
  await page.getByRole('menuitem', { name: 'Revoke' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  expect((await call()).status).toBe(401)
})

/** Goes on with the Tab key until something with this name has the focus. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    await page.keyboard.press('Tab')
    const label = await page.evaluate(() => {
      const one = document.activeElement
      if (!(one instanceof HTMLElement)) return ''
      const described = one.getAttribute('aria-labelledby')?.split(' ') ?? []
      const labels = 'labels' in one ? [...((one as HTMLInputElement).labels ?? [])] : []
      return [
        one.getAttribute('aria-label') ?? '',
        ...described.map((id) => document.getElementById(id)?.textContent ?? ''),
        ...labels.map((given) => given.textContent),
        // The text of a whole region is no name.
        one.matches('a, button') ? one.textContent : '',
      ].join(' ')
    })
    if (name.test(label)) return
  }
  throw new Error(`With the Tab key nobody comes to ${String(name)}.`)
}

journey('a key can be made with the keyboard alone', {}, async ({ page }) => {
  const press = async (name: RegExp): Promise<void> => {
    await tabTo(page, name)
    await page.keyboard.press('Enter')
  }
  await page.goto('/api-keys')
  await page.getByRole('link', { name: /^(sign in|log in|continue)/i }).waitFor()
  await press(/^\s*(sign in|log in|continue)/i)
  await page.getByRole('button', { name: '(tess)' }).waitFor()
  await press(/\(tess\)/)
  await page.getByRole('button', { name: /Tess Tabkey/ }).waitFor()
  await settled(page)
  await press(/^\s*Create key/)
  await page.getByRole('dialog').waitFor()
  await tabTo(page, /^\s*Models/)
  await page.keyboard.type('aurora-3b')
  await page.getByRole('option', { name: /^aurora-3b/ }).waitFor()
  const field = page.getByRole('combobox', { name: 'Models' })
  if ((await field.getAttribute('aria-activedescendant')) === null) await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').getByText('aurora-3b', { exact: true }).first().waitFor()
  await press(/^\s*Create key/)
  await shownSecret(page)
  await press(/I have stored it/)
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  // The focus is where the journey through the dialog began.
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.textContent ?? ''))
    .toContain('Create key')
})
