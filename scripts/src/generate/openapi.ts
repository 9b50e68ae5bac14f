// `npm run generate`: docs/api/openapi.json and the console's types, both from the routes' schemas.
// With --check nothing is written; a committed file that differs is a failure.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import openapiTypes, { astToString } from 'openapi-typescript'
import { buildOpenApiDocument } from '@litemaas/backend/openapi'
import { stableJson } from './stable-json.ts'

const repository = resolve(import.meta.dirname, '../../..')
const text = stableJson(await buildOpenApiDocument())
const types = astToString(await openapiTypes(text, { alphabetize: true }))

const files = {
  'docs/api/openapi.json': text,
  'frontend/src/api/generated/schema.ts': `// Generated from docs/api/openapi.json by \`npm run generate\`; never edited.\n${types}`,
}

const committed = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

const check = process.argv.includes('--check')
for (const [name, content] of Object.entries(files)) {
  const path = resolve(repository, name)
  if (committed(path) === content) {
    console.log(`  ${name} is up to date`)
  } else if (check) {
    console.error(`  ${name} differs from what the routes say; run \`npm run generate\` and commit it`)
    process.exitCode = 1
  } else {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
    console.log(`  ${name} written`)
  }
}
