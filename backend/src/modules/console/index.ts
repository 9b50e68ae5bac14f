/** Hands out the built console, one origin with the API. It knows files and no rule. */
import { existsSync, readdirSync } from 'node:fs'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

const FRONTEND = fileURLToPath(new URL('../../../../frontend/', import.meta.url))
const LOOPBACK = new Set(['127.0.0.1', '[::1]'])

/** The build when there is one, else the pages that need none. */
function folder(): string | undefined {
  return ['dist', 'public']
    .map((name) => join(FRONTEND, name))
    .find((path) => existsSync(join(path, 'index.html')))
}

const filesIn = (root: string) =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .split(sep)
        .join('/'),
    )

export async function console(app: FastifyInstance): Promise<void> {
  const root = folder()
  if (root === undefined) {
    app.log.warn('there is no console to serve; `npm run build` makes it')
    return
  }
  const publicUrl = new URL(app.config.PUBLIC_URL)
  await app.register(fastifyStatic, { root, serve: false, cacheControl: false })

  const serve = (file: string) => async (request: FastifyRequest, reply: FastifyReply) => {
    // The session cookie belongs to one name of this machine, so pages are shown under that name only.
    if (LOOPBACK.has(request.hostname) && publicUrl.hostname === 'localhost')
      return reply.redirect(new URL(request.url, publicUrl).toString(), 302)
    return reply
      .header('cache-control', file.endsWith('.html') ? 'no-cache' : 'public, max-age=300')
      .sendFile(file)
  }
  for (const file of filesIn(root)) {
    const url = file === 'index.html' ? '/' : `/${file}`
    app.get(url, { schema: { hide: true }, preHandler: [app.allowPublic] }, serve(file))
  }
}
