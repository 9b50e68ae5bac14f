/** The record of every change, written in the change's own transaction. */
export { recordAudit, PLATFORM_ORGANIZATION_ID, type AuditEvent } from './record-audit.ts'
