/** How anything in the backend says no: one error class, one catalogue of codes, one handler that answers. */
export { ApplicationError, type ErrorFacts } from './application-error.ts'
export { errorKind, listErrorCodes, registerErrorCodes, type ErrorKind } from './catalogue.ts'
export { installErrorHandler, type ErrorFormat } from './error-handler.ts'
