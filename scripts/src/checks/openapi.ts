// Lints docs/api/openapi.json, or the document that is named.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { lintOpenApi } from './lint-openapi.ts'
import { repository } from './run-steps.ts'

const path = resolve(repository, process.argv[2] ?? 'docs/api/openapi.json')
const problems = await lintOpenApi(readFileSync(path, 'utf8'), path)
for (const problem of problems) console.error(`  ${problem}`)
if (problems.length === 0) console.log('  no warning')
process.exitCode = problems.length === 0 ? 0 : 1
