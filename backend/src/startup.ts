import type { FastifyInstance } from 'fastify'

/** Something that must be done, in order, before the server may listen: connect, check, start a job. */
type StartupStep = () => Promise<void> | void

declare module 'fastify' {
  interface FastifyInstance {
    /** Plugins and modules add here what needs the outside world, so that composing the server needs none of it. */
    readonly startup: StartupStep[]
  }
}

/** Runs the steps when everything is registered; the first failure stops the boot. */
export function startWhenReady(app: FastifyInstance): void {
  app.addHook('onReady', async () => {
    for (const step of app.startup) await step()
  })
}
