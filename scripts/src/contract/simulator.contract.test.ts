import { afterAll, beforeAll, describe } from 'vitest'
import { startLiteLLMSimulator, type RunningSimulator } from '../litellm-simulator/index.ts'
import { dataPlaneContract } from './data-plane.ts'
import { keysContract } from './keys.ts'
import { spendContract } from './spend.ts'
import { call, type Target } from './target.ts'

describe.each(['1.81', '1.92'] as const)('the simulated LiteLLM %s', (profile) => {
  const adminKey = 'sk-contract-master-0123456789'
  let simulator: RunningSimulator
  let target: Target

  beforeAll(async () => {
    simulator = await startLiteLLMSimulator({ masterKey: adminKey, databasePath: ':memory:', profile })
    target = {
      url: simulator.url,
      adminKey,
      chatModel: 'granite-4-small',
      embeddingModel: 'text-embedding-small',
      flush: async () => {
        await call(target, 'POST', '/simulator/flush')
      },
    }
  })
  afterAll(() => simulator.close())

  dataPlaneContract(() => target)
  keysContract(() => target)
  spendContract(() => target)
})
