import { recordAudit } from '#platform/audit'
import { systemCaller } from '#platform/caller'
import type { PlatformDatabase, Tx } from '#platform/database'
import { MAX_ATTEMPTS, retryDelaySeconds, type LeasedWork } from '#platform/deliveries'
import type { Cipher } from '#platform/encryption'
import { announce } from '#platform/events'
import { claimDeliveries, releaseDelivery, settleDelivery, type ClaimedDelivery } from './delivery.queries.ts'
import type { Admit } from './destination.ts'
import { call, type CallResult } from './outgoing-call.ts'
import { secretContext, signaturesOf } from './webhook-secret.ts'
import { disableWebhook, findTarget, noteFailure, noteSuccess, type Target } from './webhook.queries.ts'

const JOB = 'webhook-deliveries'
const BEARABLE_DAYS = 5

interface DeliveringParts {
  readonly platform: PlatformDatabase
  readonly cipher: Cipher
  readonly admit: Admit
}

/** Sends what waits for webhooks, and switches off those that answer nobody any more. */
export class Delivering implements LeasedWork<ClaimedDelivery, CallResult> {
  readonly job = JOB
  readonly #parts: DeliveringParts

  constructor(parts: DeliveringParts) {
    this.#parts = parts
  }

  claim(tx: Tx, options: { limit: number; leaseSeconds: number }): Promise<ClaimedDelivery[]> {
    return claimDeliveries(tx, options)
  }

  async perform(row: ClaimedDelivery, signal: AbortSignal): Promise<CallResult> {
    const { platform, admit } = this.#parts
    const target = await platform.transaction(JOB, (tx) => findTarget(tx, row), { readOnly: true })
    // It was removed, and this row with it.
    if (!target) return { isDelivered: false, isGone: false, status: null, excerpt: null, error: 'removed' }
    const { id, body } = row
    const timestamp = Math.floor(Date.now() / 1000)
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signaturesOf(this.#secretsOf(row, target), { id, timestamp, body }),
    }
    return call(admit, { url: target.url, headers, body }, signal)
  }

  async settle(tx: Tx, row: ClaimedDelivery, result: CallResult): Promise<void> {
    const isLast = result.isDelivered || row.isTest || result.isGone || row.attempts >= MAX_ATTEMPTS
    const retryInSeconds = isLast ? undefined : retryDelaySeconds(row.attempts)
    const isHeld = await settleDelivery(tx, row, result, retryInSeconds)
    // A test says nothing about how real events fare.
    if (!isHeld || row.isTest) return
    if (result.isDelivered) return noteSuccess(tx, row)
    const isHopeless = await noteFailure(tx, row, BEARABLE_DAYS)
    if (result.isGone || isHopeless) await this.#disable(tx, row, result.isGone ? 'gone' : 'failures')
  }

  release(tx: Tx, row: ClaimedDelivery): Promise<void> {
    return releaseDelivery(tx, row)
  }

  async #disable(tx: Tx, row: ClaimedDelivery, because: 'failures' | 'gone'): Promise<void> {
    const { organizationId, webhookId } = row
    const disabled = await disableWebhook(tx, row, because)
    if (!disabled) return
    await recordAudit(tx, systemCaller(JOB, organizationId), {
      category: 'webhook',
      action: 'webhook.disabled',
      resourceType: 'webhook',
      resourceId: webhookId,
      before: { isEnabled: true },
      after: { isEnabled: false, disabledBecause: because },
    })
    await announce(tx, {
      name: 'webhook.disabled',
      audience: { permission: 'webhooks:write' },
      data: { webhookId, webhookName: disabled.name, because },
      organizationId,
    })
  }

  #secretsOf({ webhookId }: ClaimedDelivery, { secret, previousSecret }: Target): string[] {
    const sealed = previousSecret === null ? [secret] : [secret, previousSecret]
    return sealed.map((one) => this.#parts.cipher.open(one, secretContext(webhookId)))
  }
}
