// Redocly's recommended rules and ours, for the OpenAPI document.
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { rules } from './openapi-rules.ts'

const error = 'error' as const
const config = await createConfig({
  extends: ['recommended'],
  plugins: [{ id: 'litemaas', rules: { oas3: rules } }],
  rules: {
    // There is no licence to name yet; an invented one would be worse than none.
    'info-license': 'off',
    // Ours knows that a redirection is a success, too.
    'operation-2xx-response': 'off',
    'litemaas/success': error,
    'litemaas/own-description': error,
    'operation-operationId': error,
    'operation-operationId-unique': error,
    'operation-summary': error,
    'operation-description': error,
    'operation-4xx-response': error,
    'operation-tag-defined': error,
    'operation-singular-tag': error,
    'tag-description': error,
    'parameter-description': 'off',
    'no-unused-components': error,
    'no-undefined-server-variable': error,
    'no-invalid-media-type-examples': { severity: error, allowAdditionalProperties: false },
    'no-invalid-schema-examples': error,
    'no-invalid-parameter-examples': error,
    'no-ambiguous-paths': 'off',
    'litemaas/bounded-strings': error,
    'litemaas/uuid-ids': error,
    'litemaas/error-examples': error,
  },
})

/** What is wrong with this document, one sentence each; a warning counts as well. */
export async function lintOpenApi(source: string, path: string): Promise<string[]> {
  const problems = await lintFromString({ source, absoluteRef: path, config })
  return problems.map(
    ({ ruleId, message, location }) => `${ruleId}: ${message} (${location[0]?.pointer ?? ''})`,
  )
}
