import { sql, type Query } from '#platform/database'

/** The transaction's own organization; null outside of one. */
const currentOrganization = sql`(select nullif(current_setting('app.organization_id', true), '')::uuid)`

/**
 * A condition: the organization may see and use this model. Every organization may use the whole catalogue unless it is
 * restricted to a list. Holds in the organization's own scope, and on the platform's connection when one is named.
 */
export function visibleModel(modelId: Query, organizationId: Query = currentOrganization): Query {
  return sql`(
    not exists (select from organizations restricted where restricted.id = ${organizationId} and restricted.is_restricted_to_list)
    or exists (select from organization_models listed
      where listed.organization_id = ${organizationId} and listed.model_id = ${modelId}))`
}
