import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'

interface Entry {
  payload: AdapterPayload
  expiresAt: number
}

const MAX_ENTRIES = 50_000

/**
 * The provider's short-lived things (codes, tokens, interactions) in memory. The package's own adapter keeps the
 * last 1,000 only, which many sign-ins at once push out before they are finished.
 */
export function createMemoryAdapter(): AdapterFactory {
  const entries = new Map<string, Entry>()

  function sweep(): void {
    if (entries.size < MAX_ENTRIES) return
    const now = Date.now()
    for (const [key, entry] of entries) if (entry.expiresAt <= now) entries.delete(key)
    for (const key of entries.keys()) {
      if (entries.size < MAX_ENTRIES) break
      entries.delete(key)
    }
  }

  function read(key: string): AdapterPayload | undefined {
    const entry = entries.get(key)
    if (!entry) return undefined
    if (entry.expiresAt > Date.now()) return entry.payload
    entries.delete(key)
    return undefined
  }

  function search(prefix: string, matches: (payload: AdapterPayload) => boolean): AdapterPayload | undefined {
    for (const key of entries.keys()) {
      if (!key.startsWith(prefix)) continue
      const payload = read(key)
      if (payload && matches(payload)) return payload
    }
    return undefined
  }

  return (model: string): Adapter => {
    const prefix = `${model}:`
    const uids = new Map<string, string>()
    return {
      async upsert(id, payload, expiresIn) {
        sweep()
        if (payload.uid !== undefined) uids.set(payload.uid, id)
        if (uids.size > MAX_ENTRIES) uids.clear()
        const expiresAt = expiresIn === undefined ? Number.POSITIVE_INFINITY : Date.now() + expiresIn * 1000
        entries.set(prefix + id, { payload, expiresAt })
      },
      async find(id) {
        return read(prefix + id)
      },
      async findByUid(uid) {
        const id = uids.get(uid)
        return id === undefined ? search(prefix, (payload) => payload.uid === uid) : read(prefix + id)
      },
      async findByUserCode(userCode) {
        return search(prefix, (payload) => payload.userCode === userCode)
      },
      async consume(id) {
        const payload = read(prefix + id)
        if (payload) payload.consumed = Math.floor(Date.now() / 1000)
      },
      async destroy(id) {
        entries.delete(prefix + id)
      },
      async revokeByGrantId(grantId) {
        for (const [key, entry] of entries) if (entry.payload.grantId === grantId) entries.delete(key)
      },
    }
  }
}
