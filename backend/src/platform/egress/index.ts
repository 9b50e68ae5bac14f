/** Where addresses that people type in may lead, so that nobody reaches our own network through us. It makes no calls itself. */
export { isPublicAddress } from './addresses.ts'
export { createEgressPolicy, type EgressObjection, type EgressPolicy } from './egress-policy.ts'
