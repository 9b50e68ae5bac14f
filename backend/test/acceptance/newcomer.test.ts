import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mintToken } from '@litemaas/scripts/sign-in'
import { api, framesOf, nanoOf, Product } from './support.ts'

const run = promisify(execFile)
const repository = fileURLToPath(new URL('../../..', import.meta.url))

let product: Product
beforeAll(async () => {
  product = await Product.start()
})
afterAll(async () => product.stop())

test('the README’s five minutes work as pasted', async () => {
  const readme = await readFile(`${repository}/README.md`, 'utf8')
  const block = /```sh\n(.+?)```/s.exec(readme)?.[1] ?? ''
  // Only where the launcher is differs; in a terminal it is found by its data folder.
  const baseUrl = product.env['BASE_URL'] ?? ''
  const script = block
    .replace('http://localhost:8080', baseUrl)
    .replace('dev:token -- alice', `dev:token -- alice --base-url ${baseUrl}`)
  const { stdout } = await run('bash', ['-ec', script], { cwd: repository })

  expect(stdout).toContain('"status":"active"')
  expect(framesOf(stdout)).toMatchObject({ isDone: true })
  const usage = JSON.parse(stdout.slice(stdout.lastIndexOf('{"data"'))) as {
    data: { requests: number; cost: number }
  }
  expect(usage.data.requests).toBe(1)
  expect(usage.data.cost).toBeGreaterThan(0)
})

describe('the seed', () => {
  const seed = async (...parameters: string[]): Promise<string> => {
    const environment = { ...process.env, ...product.env }
    const { stdout } = await run(process.execPath, ['scripts/src/seed/seed.ts', ...parameters], {
      cwd: repository,
      env: environment,
    })
    return stdout
  }
  const organizationId = async (): Promise<string> => {
    const [row] = await product.query<{ id: string }>(
      `select id from organizations where name = 'Northwind Research'`,
    )
    return row?.id ?? ''
  }
  const sums = async (): Promise<Array<Record<string, string>>> =>
    product.query(
      `select k.name, b.duration, b.limit_nano, b.spent_nano,
         (select sum(cost_nano) from usage_logs l where l.organization_id = k.organization_id and l.api_key_id = k.id) as logs,
         (select sum(cost_nano) from usage_daily d where d.organization_id = k.organization_id and d.api_key_id = k.id) as days,
         (select coalesce(sum(cost_nano), 0) from usage_logs l where l.organization_id = k.organization_id
           and l.api_key_id = k.id and l.at >= date_trunc(case b.duration when '1d' then 'day' when '7d' then 'week'
             else 'month' end, now() at time zone 'UTC') at time zone 'UTC') as in_window
       from api_keys k join budgets b on b.organization_id = k.organization_id and b.subject_id = k.id
       where k.organization_id = $1 order by k.name`,
      [await organizationId()],
    )

  test('makes an organization whose rows, days and budgets agree, once', async () => {
    expect(await seed()).toContain('5 new')
    const keys = await sums()
    expect(keys).toHaveLength(5)
    for (const key of keys) {
      expect(Number(key['logs']), key['name']).toBeGreaterThan(0)
      expect(key['days'], key['name']).toBe(key['logs'])
      expect(key['spent_nano'], key['name']).toBe(key['in_window'])
      expect(Number(key['spent_nano']), key['name']).toBeLessThan(Number(key['limit_nano']))
    }
    const states = await product.query<{ status: string }>(
      'select distinct status from subscriptions where organization_id = $1 order by status',
      [await organizationId()],
    )
    expect(states.map(({ status }) => status)).toEqual([
      'active',
      'cancelled',
      'denied',
      'expired',
      'pending',
      'suspended',
    ])
    const misplaced = await product.query('select 1 from usage_logs_elsewhere limit 1')
    expect(misplaced).toEqual([])

    const again = await seed('--seed', '1')
    expect(again).not.toMatch(/[1-9]\d* new/)
    expect(await sums()).toEqual(keys)
  })

  test('is seen by its people, who are where they were before', async () => {
    const me = await (await product.as('bob'))('GET', '/api/auth/me')
    expect(me.body.data.organization).toMatchObject({ name: 'Default organization' })
    const id = await organizationId()
    await (
      await product.as('bob')
    )('PUT', '/api/auth/organization', { organizationId: id })
    const bob = api(product.url, await mintToken(product.env['BASE_URL'] ?? '', 'bob'))
    const summary = await bob('GET', '/api/v1/usage/summary?from=2020-01-01')
    const rows = (await sums()).filter((key) =>
      ['Nightly index', 'Notebook', 'Lost laptop'].includes(key['name'] ?? ''),
    )
    expect(nanoOf(summary.body.data.cost)).toBe(rows.reduce((sum, key) => sum + Number(key['logs']), 0))
  })

  test('says what it does not take', async () => {
    await expect(seed('--seed', 'many')).rejects.toThrow('--seed takes a number')
    await expect(seed('--busy', '--scale', '9')).rejects.toThrow('--scale takes a number from 0.02 to 5')
    await expect(seed('--months', '2')).rejects.toThrow('go with --busy')
  })
})
