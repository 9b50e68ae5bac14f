import { readConfig, type Config } from './config.ts'
import fp from 'fastify-plugin'

export { ConfigurationError, listOf, readConfig, type Config } from './config.ts'

declare module 'fastify' {
  interface FastifyInstance {
    readonly config: Config
  }
}

/** Puts the configuration, read and checked before the app was built, where everything else finds it. */
export const env = fp<{ config: Config }>(
  async (app, options) => {
    app.decorate('config', options.config)
  },
  { name: 'env' },
)

/** The one place that reads the process's environment. */
export function readEnvironment(): Config {
  return readConfig(process.env)
}
