// `npm run check`: what CI runs, nothing more and nothing less.
import { bin, runSteps, type Step } from './run-steps.ts'

const node = process.execPath
const tsc = (project: string): Step['command'] => [node, bin('typescript/bin/tsc'), '-p', project, '--noEmit']

const steps: Step[] = [
  { name: 'dependencies', command: [node, 'scripts/src/checks/lockfile.ts'] },
  {
    name: 'formatting',
    command: [node, bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'],
  },
  { name: 'lint', command: [node, bin('oxlint/bin/oxlint'), '--deny-warnings'] },
  { name: 'types: backend', command: tsc('backend') },
  { name: 'types: scripts', command: tsc('scripts') },
  { name: 'types: frontend', command: tsc('frontend') },
  { name: 'types: journeys', command: tsc('frontend/e2e') },
  { name: 'dead code', command: [node, bin('knip/bin/knip.js')] },
  { name: 'walls', command: [node, bin('vitest/vitest.mjs'), 'run', '--project', 'walls'] },
  { name: 'API document', command: [node, 'scripts/src/checks/openapi.ts'] },
  { name: 'generated files', command: [node, 'scripts/src/generate/main.ts', '--check'] },
]

const failed = await runSteps(steps)
console.log(failed.length === 0 ? `\nAll ${steps.length} checks passed.` : `\nFailed: ${failed.join(', ')}`)
process.exitCode = failed.length === 0 ? 0 : 1
