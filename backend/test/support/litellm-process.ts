import { createLiteLLM } from '#litellm'
import { systemClock } from '#platform/clock'
import { PlatformDatabase } from '#platform/database'
import { createCipher } from '#platform/encryption'
import { stageResource, type ProcessSettings } from './litellm-stage.ts'

// One of our processes as far as LiteLLM is concerned, for tests that kill it.

process.once('message', (message) => {
  const { platformUrl, url, apiKey, encryptionKey, installation } = message as ProcessSettings
  const silent = () => undefined
  const litellm = createLiteLLM({
    settings: {
      url,
      apiKey,
      keyMode: 'per-key',
      syncIntervalSeconds: 3600,
      reconcileIntervalSeconds: 1,
      leaseSeconds: 1,
      orphanAgeSeconds: 0,
      deadlineMs: 500,
    },
    platform: new PlatformDatabase({
      url: platformUrl,
      max: 4,
      applicationName: 'stage-process',
      onError: silent,
    }),
    platformUrl,
    cipher: createCipher({ current: encryptionKey }),
    clock: systemClock,
    log: { debug: silent, info: silent, warn: silent, error: silent },
  })
  litellm.registerResource(stageResource(installation))
  litellm.start()
  process.send?.('delivering')
})
process.on('disconnect', () => process.exit(0))
