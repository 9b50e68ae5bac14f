import { buildApp } from './app.ts'
import { ConfigurationError, readEnvironment } from '#plugins'

/** Says why in one line, and ends the process. */
function refuse(error: unknown): never {
  const reason = error instanceof Error ? error.message : String(error)
  process.stderr.write(
    `litemaas: ${error instanceof ConfigurationError ? 'configuration refused: ' : 'cannot start: '}${reason.split('\n')[0] ?? ''}\n`,
  )
  process.exit(1)
}

try {
  const config = readEnvironment()
  const app = await buildApp({ config })
  await app.listen({ host: config.HOST, port: config.PORT })
  let isStopping = false
  const stop = async (signal: string) => {
    if (isStopping) return
    isStopping = true
    app.log.info({ signal }, 'stopping')
    app.draining.begin()
    // Load balancers need this long to notice that readiness says 503.
    await new Promise((resolve) => setTimeout(resolve, config.DRAIN_DELAY_SECONDS * 1000))
    const deadline = setTimeout(
      () => {
        app.log.error('the grace for stopping is over')
        process.exit(1)
      },
      (config.SHUTDOWN_GRACE_SECONDS + 5) * 1000,
    )
    deadline.unref()
    await app.close()
    process.exit(0)
  }
  process.on('SIGTERM', (signal) => void stop(signal))
  process.on('SIGINT', (signal) => void stop(signal))
} catch (error) {
  refuse(error)
}
