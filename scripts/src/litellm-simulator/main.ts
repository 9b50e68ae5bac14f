import { join } from 'node:path'
import { startLiteLLMSimulator } from './index.ts'

/** Runs the simulated LiteLLM as a process of its own, configured by environment variables. */

const { env } = process

function required(name: string): string {
  const value = env[name]
  if (value === undefined || value === '') {
    console.error(`${name} is missing.`)
    process.exit(1)
  }
  return value
}

/** The variable names a folder, or the file itself when it ends in `.db`. */
function databaseFile(path: string): string {
  return path.endsWith('.db') ? path : join(path, 'litellm.db')
}

const profile = env['LITELLM_SIMULATOR_PROFILE'] ?? '1.92'
if (profile !== '1.81' && profile !== '1.92') {
  console.error('LITELLM_SIMULATOR_PROFILE is 1.81 or 1.92.')
  process.exit(1)
}

try {
  const simulator = await startLiteLLMSimulator({
    host: env['LITELLM_SIMULATOR_HOST'] ?? '127.0.0.1',
    port: Number(required('LITELLM_SIMULATOR_PORT')),
    masterKey: required('LITELLM_MASTER_KEY'),
    databasePath: databaseFile(required('LITELLM_SIMULATOR_DATA')),
    profile,
    chunkDelayMs: Number(env['LITELLM_SIMULATOR_CHUNK_DELAY_MS'] ?? 15),
    spendLagMs: Number(env['LITELLM_SIMULATOR_SPEND_LAG_MS'] ?? 10_000),
  })
  console.log(`Simulated LiteLLM on ${simulator.url}`)
  let isStopping = false
  const stop = (): void => {
    if (isStopping) return
    isStopping = true
    simulator.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
} catch (error) {
  console.error(
    `The simulated LiteLLM cannot start: ${error instanceof Error ? error.message : String(error)}`,
  )
  process.exit(1)
}
