/** Hands out the built console, one origin with the API. It knows files and no rule. */
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import { serveConsole } from './console-files.ts'

const BUILT = fileURLToPath(new URL('../../../../frontend/dist/', import.meta.url))

export async function console(app: FastifyInstance): Promise<void> {
  await serveConsole(app, {
    root: BUILT,
    publicUrl: new URL(app.config.PUBLIC_URL),
    access: app.allowPublic,
  })
}
