import { sql, type Tx } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import type {
  DecideSubscriptions,
  SubscriptionDecision,
  SubscriptionRequest,
} from './subscription.schemas.ts'

type OneDecision = DecideSubscriptions['decisions'][number]
type Decide = (decision: OneDecision) => Promise<SubscriptionRequest>

/** 400: nothing is decided twice in one request. */
export function assertDecisions(decisions: readonly OneDecision[]): void {
  const seen = new Set<string>()
  for (const [index, { id }] of decisions.entries()) {
    if (seen.has(id.toLowerCase()))
      throw ApplicationError.validation('This subscription stands here twice.', `decisions.${index}.id`)
    seen.add(id.toLowerCase())
  }
}

/**
 * Makes each decision in the transaction at hand and says what became of it. A refused one is taken back alone; a fault of
 * ours takes back all. They are made in the order of their ids, so that two such requests never wait in a ring.
 */
export async function decideEach(
  tx: Tx,
  decisions: readonly OneDecision[],
  decide: Decide,
): Promise<SubscriptionDecision[]> {
  const results: SubscriptionDecision[] = []
  const places = decisions.map((decision, index) => ({ decision, index }))
  for (const { decision, index } of places.toSorted((a, b) => (a.decision.id < b.decision.id ? -1 : 1))) {
    await tx.run(sql`savepoint decision`)
    results[index] = await decideOne(tx, decision, decide)
  }
  return results
}

async function decideOne(tx: Tx, decision: OneDecision, decide: Decide): Promise<SubscriptionDecision> {
  const { id } = decision
  try {
    const subscription = await decide(decision)
    await tx.run(sql`release savepoint decision`)
    return { id, status: 200, subscription, error: null }
  } catch (error) {
    if (!(error instanceof ApplicationError) || error.statusCode >= 500) throw error
    await tx.run(sql`rollback to savepoint decision`)
    const { code, message, details } = error
    return {
      id,
      status: error.statusCode,
      subscription: null,
      error: { code, message, details: details ?? null },
    }
  }
}
