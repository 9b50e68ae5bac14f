import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import type { AnnouncedEvent } from '#platform/events'
import { systemCaller } from '#platform/services'
import { ClientStream } from './client-stream.ts'

const ORGANIZATION = '00000000-0000-4000-8000-000000000001'
const caller = { ...systemCaller('test', ORGANIZATION), userId: 'ann' }

const event = (transaction: bigint, sequence: bigint): AnnouncedEvent => ({
  cursor: { transaction, sequence },
  organizationId: ORGANIZATION,
  name: 'test.happened',
  at: '2026-01-15T12:00:00Z',
  userId: 'ann',
  permission: null,
  isForPlatform: false,
  data: {},
})

function open() {
  const stream = new ClientStream({ caller, names: [], socket: new PassThrough() })
  const sent = () =>
    [...String(stream.output.read() ?? '').matchAll(/^id: (\d+-\d+)-\d+\nevent: test/gm)].map(([, id]) => id)
  return { stream, sent }
}

test('what is live waits until what was missed has been sent, and nothing comes twice', async () => {
  const { stream, sent } = open()
  stream.startAfter({ transaction: 5n, sequence: 1n })
  stream.offer([event(4n, 9n), event(5n, 1n), event(5n, 2n), event(7n, 4n)])
  expect(sent()).toEqual([])
  await stream.replay([event(5n, 2n), event(6n, 3n)])
  expect(sent()).toEqual(['5-2', '6-3'])
  stream.goLive()
  expect(sent()).toEqual(['7-4'])
})

test('a client that was further elsewhere is told only what it has not seen', () => {
  const { stream, sent } = open()
  stream.startAfter({ transaction: 9n, sequence: 9n })
  stream.goLive()
  stream.offer([event(8n, 10n), event(9n, 9n), event(9n, 11n), event(10n, 2n)])
  expect(sent()).toEqual(['9-11', '10-2'])
})

test('a sign of life carries the place that was reached, never one before', () => {
  const { stream } = open()
  stream.startAfter({ transaction: 9n, sequence: 9n })
  stream.goLive()
  stream.heartbeat({ transaction: 7n, sequence: 0n })
  expect(String(stream.output.read())).toMatch(/^: heartbeat\nid: 9-9-\d+\n\n$/)
  stream.heartbeat({ transaction: 12n, sequence: 0n })
  expect(String(stream.output.read())).toMatch(/^: heartbeat\nid: 12-0-\d+\n\n$/)
})
