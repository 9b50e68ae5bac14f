import { beforeAll, describe } from 'vitest'
import { dataPlaneContract } from './data-plane.ts'
import { keysContract } from './keys.ts'
import { spendContract } from './spend.ts'
import { call, type Target } from './target.ts'

const { env } = process

const howTo = `LITELLM_CONTRACT_URL and LITELLM_CONTRACT_KEY name the LiteLLM proxy that the suite is held against. To have one:
  python3 -m venv .venv && .venv/bin/pip install 'litellm[proxy]'
  LITELLM_MASTER_KEY=sk-<a secret of yours> .venv/bin/litellm --config scripts/src/contract/litellm.config.yaml --host 127.0.0.1 --port 4000
  LITELLM_CONTRACT_URL=http://127.0.0.1:4000 LITELLM_CONTRACT_KEY=sk-<the same> npm run test:contract
With a database of its own (DATABASE_URL) the proxy also serves keys and spend logs; LITELLM_CONTRACT_DATABASE=true tests them.`

describe('a real LiteLLM proxy', () => {
  const url = env['LITELLM_CONTRACT_URL']
  const adminKey = env['LITELLM_CONTRACT_KEY']
  if (url === undefined || adminKey === undefined) throw new Error(howTo)

  const target: Target = {
    url: url.replace(/\/$/, ''),
    adminKey,
    chatModel: env['LITELLM_CONTRACT_CHAT_MODEL'] ?? 'contract-chat',
    embeddingModel: env['LITELLM_CONTRACT_EMBEDDING_MODEL'] ?? null,
    flush: null,
  }

  beforeAll(async () => {
    const reply = await call(target, 'GET', '/health/liveliness', { key: null })
    if (reply.status !== 200) throw new Error(`Nothing answers at ${target.url}. ${howTo}`)
  })

  dataPlaneContract(() => target)

  // Whether there is a database decides which tests exist, so it must be known before they are collected.
  describe.runIf(env['LITELLM_CONTRACT_DATABASE'] === 'true')('with a database', () => {
    keysContract(() => target)
    spendContract(() => target)
  })
})
