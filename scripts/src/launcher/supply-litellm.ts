import { join } from 'node:path'
import { startKeptAlive } from './child.ts'
import type { Addresses } from './environment.ts'
import { configuredPart, type Part, type Supply } from './parts.ts'
import { repositoryRoot } from './places.ts'

/** The LiteLLM proxy: LITELLM_API_URL when given, else the simulated one as a process of its own. */
export async function supplyLiteLLM(supply: Supply): Promise<{ litellm: Addresses['litellm']; part: Part }> {
  const { given, secrets, folder } = supply
  const configuredUrl = given['LITELLM_API_URL']
  if (configuredUrl !== undefined) {
    const key = given['LITELLM_API_KEY']
    if (key === undefined) {
      throw new Error(
        'LITELLM_API_URL is set, and LITELLM_API_KEY is not: set it to a key that LiteLLM accepts.',
      )
    }
    return { litellm: { url: configuredUrl, key }, part: configuredPart }
  }
  const port = await supply.port('litellm')
  const simulator = await startKeptAlive(
    'The simulated LiteLLM',
    {
      script: join(repositoryRoot, 'scripts', 'src', 'litellm-simulator', 'main.ts'),
      workingDirectory: repositoryRoot,
      logFile: join(folder, 'logs', 'litellm.log'),
      environment: {
        ...given,
        LITELLM_SIMULATOR_PORT: String(port),
        LITELLM_SIMULATOR_DATA: join(folder, 'litellm'),
        LITELLM_MASTER_KEY: secrets.LITELLM_MASTER_KEY,
      },
    },
    { onRestart: (sentence) => supply.say(sentence), onGivenUp: (sentence) => supply.fail(sentence) },
  )
  const url = `http://127.0.0.1:${String(port)}`
  return {
    litellm: { url, key: secrets.LITELLM_MASTER_KEY },
    part: {
      supplied: { name: 'Simulated LiteLLM', where: url, variable: 'LITELLM_API_URL' },
      stop: async () => simulator.stop(),
      kill: () => simulator.kill(),
    },
  }
}
