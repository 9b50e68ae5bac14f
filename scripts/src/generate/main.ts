// `npm run generate`: everything that is written down once in the code and read elsewhere.
// With --check nothing is written; a committed file that differs is a failure.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { configurationDocument } from './configuration.ts'
import { errorsDocument } from './errors.ts'
import { openapiFiles } from './openapi.ts'

const repository = resolve(import.meta.dirname, '../../..')
const { json, types, operations } = await openapiFiles()

const files = {
  'docs/api/openapi.json': json,
  'frontend/src/api/generated/schema.ts': types,
  'frontend/src/api/generated/operations.ts': operations,
  'docs/guides/configuration.md': configurationDocument(),
  'docs/api/errors.md': errorsDocument(),
}

const committed = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

const isCheck = process.argv.includes('--check')
for (const [name, content] of Object.entries(files)) {
  const path = resolve(repository, name)
  if (committed(path) === content) {
    console.log(`  ${name} is up to date`)
  } else if (isCheck) {
    console.error(`  ${name} differs from what the code says; run \`npm run generate\` and commit it`)
    process.exitCode = 1
  } else {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
    console.log(`  ${name} written`)
  }
}
