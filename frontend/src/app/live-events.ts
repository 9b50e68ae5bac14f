/** What happens on the server, as one stream for all tabs of this browser. */
export interface LiveEvent {
  readonly id: string
  readonly name: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Names that the console acts on; an EventSource hears only what it is asked for by name. */
export const eventNames = [
  'subscription.requested',
  'subscription.approved',
  'subscription.denied',
  'subscription.activated',
  'subscription.suspended',
  'subscription.resumed',
  'subscription.cancelled',
  'subscription.expired',
  'api-key.changed',
  'api-key.expiring',
  'api-key.lost',
  'api-key.revoked',
  'api-key.deleted',
  'usage.recorded',
  'usage.updated',
  'usage.intake-dead',
  'budget.changed',
  'budget.warning',
  'job.progress',
  'job.finished',
  'ledger.difference',
  'models.synchronized',
  'model.unavailable',
  'model.available',
  'model.price-changed',
  'model.sync-failed',
  'notification.created',
  'webhook.disabled',
  'team.joined',
  'team.left',
  'team.archived',
  'invitation.created',
  'invitation.accepted',
  'member.joined',
  'member.updated',
  'member.left',
  'member.removed',
  'organization.created',
  'organization.updated',
  'organization.suspended',
  'organization.activated',
  'user.limits-changed',
  'user.enabled',
  'user.disabled',
  'user.role-changed',
  'user.departed',
  'settings.updated',
] as const

/** Not events of the product: the stream was lost or is back, or what was missed cannot be told any more. */
export type LiveState = 'live' | 'lost'

interface Message {
  readonly event?: LiveEvent
  readonly state?: LiveState
  /** Where the stream begins: what is missed before its first event counts from here. */
  readonly position?: string
  readonly reset?: true
  /** The session or its rights have changed. */
  readonly changed?: true
}

export interface LiveListener {
  onEvent(event: LiveEvent): void
  onState(state: LiveState): void
  /** Anything may be old now. */
  onReset(): void
  onSessionChange(): void
}

const CHANNEL = 'litemaas.events'
const RETRY_MS = 3000

/**
 * Listens until the returned function is called. Browsers allow six connections to an origin, and the server five streams
 * to a person, so only one tab holds a stream (whoever has the lock) and tells the others; when it closes, the next
 * one goes on after the last event that it heard.
 */
export function listen(listener: LiveListener): () => void {
  const channel = new BroadcastChannel(CHANNEL)
  const stop = new AbortController()
  let lastEventId: string | undefined
  const hear = ({ event, state, position, reset, changed }: Message) => {
    if (position) lastEventId = position
    if (event) {
      lastEventId = event.id
      listener.onEvent(event)
    }
    if (state) listener.onState(state)
    if (reset) listener.onReset()
    if (changed) listener.onSessionChange()
  }
  const tell = (message: Message) => {
    channel.postMessage(message)
    hear(message)
  }
  channel.onmessage = ({ data }: MessageEvent<Message>) => hear(data)
  void navigator.locks
    .request(CHANNEL, { signal: stop.signal }, () => hold(() => lastEventId, tell, stop.signal))
    // Stopped while waiting for the lock.
    .catch(() => undefined)
  return () => {
    stop.abort()
    channel.close()
  }
}

/** Holds the stream, opened again whenever it ends for good, until stopped. */
async function hold(
  lastEventId: () => string | undefined,
  tell: (message: Message) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await stream(lastEventId(), tell, signal)
    if (signal.aborted) return
    tell({ state: 'lost' })
    await pause(signal)
  }
}

/** Ends when the browser gives up: while it only reconnects, it goes on after the last event by itself. */
function stream(
  after: string | undefined,
  tell: (message: Message) => void,
  signal: AbortSignal,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const query = after === undefined ? '' : `?lastEventId=${encodeURIComponent(after)}`
  const source = new EventSource(`/api/v1/events${query}`)
  const close = () => {
    source.close()
    resolve()
  }
  signal.addEventListener('abort', close, { once: true })
  source.addEventListener('ready', ({ lastEventId: position }: MessageEvent<string>) =>
    tell({ state: 'live', position }),
  )
  source.addEventListener('reset', () => tell({ reset: true }))
  source.addEventListener('closed', () => {
    tell({ changed: true })
    close()
  })
  source.addEventListener('error', () => {
    if (source.readyState === EventSource.CLOSED) close()
    else tell({ state: 'lost' })
  })
  for (const name of eventNames)
    source.addEventListener(name, ({ data, lastEventId: id }: MessageEvent<string>) => {
      const event = readEvent(id, name, data)
      if (event) tell({ event })
    })
  return promise.finally(() => signal.removeEventListener('abort', close))
}

function readEvent(id: string, name: string, text: string): LiveEvent | undefined {
  const frame: unknown = JSON.parse(text)
  if (typeof frame !== 'object' || frame === null || !('data' in frame)) return undefined
  const { data } = frame
  return { id, name, data: typeof data === 'object' && data !== null ? { ...data } : {} }
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, RETRY_MS)
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        resolve()
      },
      { once: true },
    )
  })
}
