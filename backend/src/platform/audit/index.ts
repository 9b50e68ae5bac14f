/** The record of every change, written in the change's own transaction; of refusals; and the proof that nobody touched it. */
export { extendChains } from './chain-job.ts'
export { recordAudit, PLATFORM_ORGANIZATION_ID, type AuditEvent } from './record-audit.ts'
export { RefusalLog, type Refusal } from './refusals.ts'
export { verifyChains, type ChainBreak, type ChainReport } from './verify-chains.ts'
