// docs/api/openapi.json and the typed client, both from the routes' schemas.
import openapiTypes, { astToString } from 'openapi-typescript'
import { buildOpenApiDocument } from '@litemaas/backend/openapi'
import { clientTable } from './client.ts'
import { stableJson } from './stable-json.ts'

/** The document as JSON, the TypeScript that describes it, and the table of the client's functions. */
export async function openapiFiles(): Promise<{ json: string; types: string; operations: string }> {
  const document = await buildOpenApiDocument()
  const json = stableJson(document)
  const types = astToString(await openapiTypes(json, { alphabetize: true }))
  return {
    json,
    operations: clientTable(document),
    types: `// Generated from docs/api/openapi.json by \`npm run generate\`; never edited.\n${types}`,
  }
}
