// What no ready-made rule asks of the document, in the shape that Redocly's linter runs.
import type { Oas3Rule } from '@redocly/openapi-core/lib/visitors.js'

interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly format?: string
  readonly enum?: unknown
  readonly const?: unknown
  readonly maxLength?: number
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
}

const isText = ({ type }: Schema): boolean => [type].flat().includes('string')
const isBounded = (schema: Schema): boolean =>
  schema.maxLength !== undefined ||
  schema.enum !== undefined ||
  schema.const !== undefined ||
  schema.format === 'binary'

/** Streams and files have no length that anybody knows beforehand. */
const isStream = (pointer: string): boolean =>
  /\/content\/(text|image|application~1octet-stream)[^/]*\/schema$/.test(pointer)

/** A text without a bound is a queue without a bound. */
const boundedStrings: Oas3Rule = () => ({
  Schema(schema, { report, location }) {
    if (isText(schema as Schema) && !isBounded(schema as Schema) && !isStream(location.pointer))
      report({ message: 'A string has a maxLength, an enum or a const.', location })
  },
})

/** Ids that are ours are UUIDs; OpenAI's objects, and what LiteLLM or a provider calls an id, are exceptions by name. */
const uuidIds: Oas3Rule = () => ({
  Schema(schema, { report, location }) {
    for (const [name, inner] of Object.entries((schema as Schema).properties ?? {})) {
      const isOurs = (name === 'id' || /[a-z]Id$/.test(name)) && !FOREIGN_IDS.has(name)
      const isForeign = FOREIGN_PLACES.test(decodeURIComponent(location.pointer))
      const texts = [inner, ...(inner.anyOf ?? [])].filter(isText)
      if (isOurs && !isForeign && texts.some(({ format }) => format !== 'uuid'))
        report({
          message: `The id '${name}' has the format uuid.`,
          location: location.child(['properties', name]),
        })
    }
  },
})
const FOREIGN_IDS = new Set(['traceId', 'requestId', 'resourceId', 'clientId', 'litellmId'])
/** Where an id may be a provider's name, or is OpenAI's or LiteLLM's own. */
const FOREIGN_PLACES = /GatewayModel|Usage(Group|Options)|paths\/~1v1~1|~1webhooks~1litellm/

/** A refusal without an example is one that nobody prepares for. */
const errorExamples: Oas3Rule = () => ({
  Response(response, { report, location, key }) {
    if (Number(key) < 400) return
    const media = response.content?.['application/json']
    const isError = JSON.stringify(media?.schema ?? {}).includes('Error')
    if (isError && Object.keys(media?.examples ?? {}).length === 0)
      report({ message: 'An error has an example for each code.', location })
  },
})

/** An operation succeeds with 2xx, or by sending the browser elsewhere. */
const success: Oas3Rule = () => ({
  Responses(responses, { report, location }) {
    if (!Object.keys(responses).some((status) => /^[23]/.test(status)))
      report({ message: 'An operation has an answer of success.', location })
  },
})

/** What the code appends to every description does not replace one. */
const ownDescription: Oas3Rule = () => ({
  Operation({ description = '' }, { report, location }) {
    if (description.trimStart().startsWith('- **'))
      report({ message: 'An operation says what it does and refuses.', location })
  },
})

export const rules = {
  'own-description': ownDescription,
  success,
  'bounded-strings': boundedStrings,
  'uuid-ids': uuidIds,
  'error-examples': errorExamples,
}
