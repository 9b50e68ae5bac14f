import { Type, type Static } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import { sql } from '#platform/database'
import { strictObject, StringEnum } from '#platform/http'

export const Readiness = strictObject({
  status: StringEnum(['ready', 'degraded', 'unavailable']),
  degraded: Type.Array(Type.String({ maxLength: 40 }), {
    description: 'What is away, though the process can serve without it.',
  }),
  dependencies: strictObject({
    database: StringEnum(['up', 'down']),
    litellm: StringEnum(['up', 'down']),
    notifications: StringEnum(['up', 'down']),
  }),
  isDraining: Type.Boolean(),
})

async function isDatabaseUp(app: FastifyInstance): Promise<boolean> {
  try {
    await app.platformDatabase.transaction('readiness', (tx) => tx.run(sql`select 1`), { readOnly: true })
    return true
  } catch {
    return false
  }
}

export async function readiness(app: FastifyInstance): Promise<Static<typeof Readiness>> {
  const database = (await isDatabaseUp(app)) ? 'up' : 'down'
  const litellm = app.litellm.health()
  const notifications = app.identity.feed.isListening ? 'up' : 'down'
  const { isDraining } = app.draining
  const degraded = Object.entries({ litellm, notifications }).flatMap(([name, state]) =>
    state === 'down' ? [name] : [],
  )
  const status =
    database === 'down' || isDraining ? 'unavailable' : degraded.length > 0 ? 'degraded' : 'ready'
  return { status, degraded, dependencies: { database, litellm, notifications }, isDraining }
}
