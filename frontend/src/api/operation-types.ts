import type { operations } from './generated/schema.ts'
import type { OperationId } from './generated/operations.ts'

type Parameters<O extends OperationId> = operations[O]['parameters']
type Empty = Record<never, never>

type PathOf<O extends OperationId> = Parameters<O> extends { path: infer P } ? { path: P } : Empty

type QueryOf<O extends OperationId> = [NonNullable<Parameters<O>['query']>] extends [never]
  ? Empty
  : Parameters<O> extends { query: infer Q }
    ? { query: Q }
    : { query?: Parameters<O>['query'] }

type Sent<Body> = Body extends { content: infer C } ? C[keyof C] : never
type Requested<O extends OperationId> = operations[O] extends { requestBody?: infer B } ? B : never
type BodyOf<O extends OperationId> = [NonNullable<Requested<O>>] extends [never]
  ? Empty
  : undefined extends Requested<O>
    ? { body?: Sent<NonNullable<Requested<O>>> }
    : { body: Sent<Requested<O>> }

/** What a call of this operation needs: `path`, `query` and `body`, as the document names them. */
export type Arguments<O extends OperationId> = PathOf<O> & QueryOf<O> & BodyOf<O>

type SuccessStatus = 200 | 201 | 202 | 204 | 302
/** JSON alone is read; whatever may be a stream or a file is handed over as it comes. */
type ContentOf<R> = R extends { content: infer C }
  ? [Exclude<keyof C, 'application/json'>] extends [never]
    ? C[keyof C]
    : Response
  : undefined

/** What a call of this operation resolves to. */
export type Success<O extends OperationId> = {
  [S in keyof operations[O]['responses'] & SuccessStatus]: S extends 302
    ? Response
    : ContentOf<operations[O]['responses'][S]>
}[keyof operations[O]['responses'] & SuccessStatus]
