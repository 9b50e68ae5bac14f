/** The typed client of the API: one function for each operation, made from the OpenAPI document. */
export { ApiError } from './api-error.ts'
export { createApi, type Api, type ApiOptions, type CallOptions } from './client.ts'
export { each } from './each.ts'
export { readEvents, type ServerEvent } from './events.ts'
export type { ErrorCode } from './generated/operations.ts'
export type { components } from './generated/schema.ts'
export type { Arguments, Success } from './operation-types.ts'
