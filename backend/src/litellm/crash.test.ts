import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStage, type Stage, type StageKey } from '../../test/support/litellm-stage.ts'

const KILLS = 12

let stage: Stage

beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

test('kill -9 at any point loses nothing and leaves nothing behind', { timeout: 120_000 }, async () => {
  // Only writes intents; the processes that are killed deliver them.
  const writer = stage.open()
  const live: StageKey[] = []
  const revoked: StageKey[] = []
  for (let kill = 0; kill < KILLS; kill += 1) {
    // Slow enough that the kill strikes before, during and after calls.
    await stage.fault({
      match: { path: '/key/*' },
      times: 40,
      delayMs: randomInt(30),
      delayAfterEffectMs: randomInt(60),
    })
    const victim = await stage.spawn()
    for (let index = 0; index < 6; index += 1) live.push(await stage.createKey(writer))
    for (const key of live.slice(-4)) await stage.changeKey(writer, key, kill + 1)
    const [oldest] = live.splice(randomInt(live.length), 1)
    if (oldest) {
      await stage.revokeKey(writer, oldest)
      revoked.push(oldest)
    }
    await sleep(randomInt(250))
    victim.kill('SIGKILL')
    await stage.clearFaults()
  }
  await Promise.all([stage.spawn(), stage.spawn()])
  const unfinished = async () => {
    const { pending, leased, dead } = await writer.outboxDepth()
    return pending + leased + dead
  }
  await expect.poll(unfinished, { timeout: 60_000, interval: 100 }).toBe(0)
  const there = await stage.keysThere()
  expect(new Set(there.keys())).toEqual(new Set(live.map((key) => key.hash)))
  for (const key of live) {
    const row = await stage.row(key)
    expect(row).toMatchObject({ note: 'applied', applied: row.version })
    expect(there.get(key.hash)).toMatchObject({ metadata: { version: row.version } })
  }
  for (const key of revoked) expect((await stage.intents(key)).some((intent) => intent.hasSecret)).toBe(false)
  expect(await stage.query('select 1 from litellm_intents where secret is not null')).toEqual([])
})
