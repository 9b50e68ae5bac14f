// docs/api/openapi.json and the console's types, both from the routes' schemas.
import openapiTypes, { astToString } from 'openapi-typescript'
import { buildOpenApiDocument } from '@litemaas/backend/openapi'
import { stableJson } from './stable-json.ts'

/** The document as JSON, and the TypeScript that describes it. */
export async function openapiFiles(): Promise<{ json: string; types: string }> {
  const json = stableJson(await buildOpenApiDocument())
  const types = astToString(await openapiTypes(json, { alphabetize: true }))
  return {
    json,
    types: `// Generated from docs/api/openapi.json by \`npm run generate\`; never edited.\n${types}`,
  }
}
