/** What routes of every room share: access declarations, shapes of answers, paging, money on the wire. */
export {
  accessHandler,
  asHook,
  callerOf,
  checkOf,
  declaredAccess,
  ruleOf,
  type AccessHandler,
  type AccessRule,
} from './access.ts'
export { idempotencyOf, idempotent, type IdempotencyFacts } from './idempotency.ts'
export { isStorableText, parseJsonBody } from './json-body.ts'
export { cursorPage, decodeCursor, page, type Cursor, type Page as PageOf } from './pagination.ts'
export {
  CursorInfo,
  CursorPage,
  describeStatus,
  ErrorBody,
  errors,
  IdParams,
  Nullable,
  One,
  Page,
  PageInfo,
  pageQuery,
  RefTo,
  strictObject,
  StringEnum,
  Timestamp,
  Usd,
  Uuid,
} from './schemas.ts'
export { isDay, isMoment } from './time-formats.ts'
export { nanoFromUsd, usdFromNano, usdFromNanoOrNull } from './usd.ts'
export { expectedVersion, assertVersion } from './versions.ts'
