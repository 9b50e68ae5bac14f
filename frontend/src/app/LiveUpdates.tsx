import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { liveConnection } from './connection.ts'
import { listen, type LiveEvent } from './live-events.ts'

/** Which queries an event makes old, by the noun of its name; they are the first words of query keys. */
const staleBy: Readonly<Record<string, readonly string[]>> = {
  subscription: ['subscriptions', 'requests', 'models', 'home', 'overview'],
  'api-key': ['api-keys', 'home'],
  budget: ['api-keys', 'budgets', 'home', 'overview'],
  usage: ['usage', 'analytics', 'api-keys', 'home', 'overview'],
  job: ['jobs'],
  model: ['models', 'catalogue', 'overview'],
  models: ['models', 'catalogue', 'overview'],
  notification: ['notifications'],
  webhook: ['webhooks'],
  team: ['teams', 'session'],
  invitation: ['members', 'organizations'],
  member: ['members', 'users', 'organizations'],
  organization: ['organizations'],
  user: ['users'],
  settings: ['settings', 'configuration', 'banners'],
  ledger: ['overview', 'analytics'],
}

/** Screens are refreshed at most this often, however many events arrive. */
const LEAST_PAUSE_MS = 2000

const eventTarget = new EventTarget()
const EVENT = 'event'

/** Every event as it comes, for what shows more than a list (progress of a job). Returns how to stop. */
export function onLiveEvent(listener: (event: LiveEvent) => void): () => void {
  const hear = (given: Event) => {
    if (given instanceof CustomEvent) listener(given.detail as LiveEvent)
  }
  eventTarget.addEventListener(EVENT, hear)
  return () => eventTarget.removeEventListener(EVENT, hear)
}

/** Refreshes what is on the screen when it happens, as long as somebody is signed in. */
export function LiveUpdates() {
  const queries = useQueryClient()
  useEffect(() => {
    const refresh = refresher(queries)
    const stop = listen({
      onEvent: (event) => {
        refresh(staleBy[event.name.split('.')[0] ?? ''] ?? [])
        eventTarget.dispatchEvent(new CustomEvent(EVENT, { detail: event }))
      },
      onState: (state) => liveConnection.set(state === 'live'),
      onReset: () => void queries.invalidateQueries(),
      // Another organization, other rights, or nobody any more: everything may be different.
      onSessionChange: () => void queries.invalidateQueries(),
    })
    return () => {
      stop()
      refresh([])
    }
  }, [queries])
  return null
}

/** Collects what is old and asks for all of it together, at once after a quiet time and then at most once in a while. */
function refresher(queries: QueryClient): (names: readonly string[]) => void {
  const stale = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let last = 0
  const run = () => {
    timer = undefined
    last = performance.now()
    for (const name of stale) void queries.invalidateQueries({ queryKey: [name] })
    stale.clear()
  }
  return (names) => {
    for (const name of names) stale.add(name)
    if (stale.size > 0) timer ??= setTimeout(run, Math.max(0, LEAST_PAUSE_MS - (performance.now() - last)))
  }
}
