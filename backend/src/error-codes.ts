// Every code of this build, for its documentation: rooms register theirs while they load.
import './modules.ts'
import '#plugins'

export { listErrorCodes } from '#platform/errors'
