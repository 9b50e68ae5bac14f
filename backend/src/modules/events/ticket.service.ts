import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { callerOfSession, type Identity, type RequestFacts } from '#identity'
import type { PlatformDatabase } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { BaseService, type Caller, type ServiceContext } from '#platform/services'
import type { EventTicket } from './event.schemas.ts'
import { insertTicket, takeTicket } from './ticket.queries.ts'

const TICKET_MS = 30_000
const RANDOM_BYTES = 24
const SEAL_BYTES = 12
const JOB = 'event-tickets'

/** The right to open the stream once, for clients that can send neither cookie nor header. It never outlives its session. */
export class TicketService extends BaseService {
  readonly #platform: PlatformDatabase
  readonly #identity: Pick<Identity, 'resolveSessionById'>
  readonly #sealKey: Buffer

  constructor(
    context: ServiceContext,
    parts: { identity: Pick<Identity, 'resolveSessionById'>; secret: string },
  ) {
    super(context)
    this.#platform = context.platformDatabase
    this.#identity = parts.identity
    this.#sealKey = createHmac('sha256', parts.secret).update('event tickets').digest()
  }

  async create(caller: Caller): Promise<EventTicket> {
    this.organizationOf(caller)
    const userId = this.personOf(caller)
    const { door, credentialId: sessionId } = caller
    if (door !== 'session' && door !== 'token')
      throw ApplicationError.forbidden('Only somebody who signed in here can do this.')
    const random = randomBytes(RANDOM_BYTES)
    const ticket = Buffer.concat([random, this.#sealOf(random)]).toString('base64url')
    const expiresAt = new Date(this.clock.now().getTime() + TICKET_MS)
    const digest = digestOf(ticket)
    await this.transaction(caller, (tx) => insertTicket(tx, { digest, sessionId, userId, door, expiresAt }))
    return { ticket, expiresAt: expiresAt.toISOString() }
  }

  /** The caller behind a ticket, once; undefined for everything else. What we did not seal costs no look at the database. */
  async consume(ticket: string, facts: RequestFacts): Promise<Caller | undefined> {
    if (!this.#isSealed(ticket)) return undefined
    const taken = await this.#platform.transaction(JOB, (tx) =>
      takeTicket(tx, digestOf(ticket), this.clock.now()),
    )
    if (!taken?.isLive) return undefined
    const session = await this.#identity.resolveSessionById(taken.sessionId)
    if (session?.userId !== taken.userId) return undefined
    // A session that has moved to another organization since is not the one that asked.
    if (taken.door === 'session' && session.currentOrganizationId !== taken.organizationId) return undefined
    const caller = callerOfSession(session, taken.door, taken.organizationId, facts)
    return caller.organizationId === taken.organizationId ? caller : undefined
  }

  #isSealed(ticket: string): boolean {
    const bytes = Buffer.from(ticket, 'base64url')
    if (bytes.length !== RANDOM_BYTES + SEAL_BYTES || bytes.toString('base64url') !== ticket) return false
    return timingSafeEqual(bytes.subarray(RANDOM_BYTES), this.#sealOf(bytes.subarray(0, RANDOM_BYTES)))
  }

  #sealOf(random: Buffer): Buffer {
    return createHmac('sha256', this.#sealKey).update(random).digest().subarray(0, SEAL_BYTES)
  }
}

const digestOf = (ticket: string): Buffer => createHash('sha256').update(ticket).digest()
