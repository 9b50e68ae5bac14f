import { Type } from '@sinclair/typebox'
import { sql, type Tx } from '#platform/database'
import { announce, type Audience } from '#platform/events'
import { addSpent, type Passed, type Spent } from './reservation.queries.ts'

/** Books what calls cost, and tells whom it concerns when a budget runs out; once per window and threshold. */
export async function bookSpent(tx: Tx, spent: readonly Spent[], now: Date): Promise<void> {
  const passed = await addSpent(tx, spent, now)
  if (passed.length > 0) await warn(tx, passed)
}

/** Announces `budget.warning` for each, to the person whose budget it is and to those who govern it. */
export async function warn(tx: Tx, passed: readonly Passed[]): Promise<void> {
  for (const one of passed) {
    const { organizationId, budgetId, level, subjectId, modelId } = one
    const audiences = await audiencesOf(tx, one)
    const thresholds = [...(one.percent > 0 ? [one.percent] : []), ...(one.isSoft ? ['soft'] : [])]
    for (const threshold of thresholds)
      for (const audience of audiences)
        await announce(tx, {
          name: 'budget.warning',
          audience,
          organizationId,
          data: { budgetId, level, subjectId, modelId, threshold },
        })
  }
}

const Owner = Type.Object({ userId: Type.String() })

/** A key's budget concerns its owner; what several people spend from concerns those who may change it. */
async function audiencesOf(tx: Tx, { organizationId, level, subjectId }: Passed): Promise<Audience[]> {
  const governors: Audience = { permission: 'budgets:write' }
  switch (level) {
    case 'key':
    case 'key_model': {
      const owner = await tx.find(
        sql(
          Owner,
        )`select user_id as "userId" from api_keys where organization_id = ${organizationId} and id = ${subjectId}`,
      )
      return owner ? [owner] : []
    }
    case 'user':
      return [{ userId: subjectId }, governors]
    case 'platform':
      return [{ platform: true }]
    default:
      return [governors]
  }
}
