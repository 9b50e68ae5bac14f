/** How anything in the backend says no: one error class, one catalogue of codes, one handler that answers. */
export { ApplicationError } from './application-error.ts'
export { errorKind, listErrorCodes, registerErrorCodes } from './catalogue.ts'
export { installErrorHandler, type ErrorFormat } from './error-handler.ts'
export { languageOf, languages, type Language } from './language.ts'
export { catalogues, exampleOf } from './translation.ts'
