import type { EgressObjection, EgressPolicy } from '#platform/egress'
import { ApplicationError } from '#platform/errors'
import { codes } from './model.errors.ts'

const reasons: Readonly<Record<EgressObjection, string>> = {
  malformed: 'This is no usable address.',
  not_https: 'The address must use https.',
  not_listed: 'This host is not among those that calls may go to.',
  not_public: 'This address does not belong to the public internet.',
  unresolvable: 'The host’s name cannot be resolved.',
}

/** 422 `EGRESS_REFUSED`. Asks name servers, so never inside a transaction. */
export async function assertEgress(policy: EgressPolicy, apiBase: string | undefined): Promise<void> {
  const objection = apiBase === undefined ? undefined : await policy.objectionTo(apiBase)
  if (objection === undefined) return
  throw new ApplicationError(codes.EGRESS_REFUSED, reasons[objection], {
    details: { field: 'apiBase', reason: objection },
    suggestion: 'An administrator of the installation can list internal hosts in EGRESS_ALLOWED_HOSTS.',
  })
}
