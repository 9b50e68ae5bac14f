import { EVENTS_CHANNEL } from '#platform/events'
import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import { sql, type Tx } from '#platform/database'

/** A budget from which calls were paid, and one of the people who made them. */
export interface SpentBudget {
  readonly budgetId: string
  readonly organizationId: string
  readonly userId: string
}

/**
 * Announces `budget.changed` as the budgets stand in this transaction. What one person spends is told to them; what several
 * share, to those who may read all budgets; so amounts go only to whom may see them.
 */
export async function announceBudgets(tx: Tx, budgets: readonly SpentBudget[]): Promise<void> {
  await tx.run(sql`
    with told as (select pg_notify(${EVENTS_CHANNEL}, ''))
    insert into events (organization_id, name, user_id, permission, is_for_platform, is_transient, data)
    select b.organization_id, 'budget.changed',
      case when b.level in ('key', 'key_model', 'user') then w.user_id end,
      case when b.level in ('team', 'organization') then 'budgets:read-all' end,
      b.level not in ('key', 'key_model', 'user', 'team', 'organization'), true,
      jsonb_build_object('id', b.id, 'level', b.level, 'subjectId', b.subject_id, 'modelId', b.model_id,
        'spentPercent', case when b.limit_nano > 0 then floor(b.spent_nano::numeric * 100 / b.limit_nano) end,
        'spent', trim_scale(b.spent_nano::numeric / 1000000000), 'limit', trim_scale(b.limit_nano::numeric / 1000000000))
    from unnest(${budgets.map((one) => one.budgetId)}::uuid[], ${budgets.map((one) => one.organizationId)}::uuid[],
      ${budgets.map((one) => one.userId)}::uuid[]) as w (id, organization_id, user_id)
    join budgets b on b.id = w.id and b.organization_id in (w.organization_id, ${PLATFORM_ORGANIZATION_ID}), told`)
}
