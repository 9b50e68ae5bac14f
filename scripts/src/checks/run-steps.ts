import { spawn } from 'node:child_process'
import { resolve } from 'node:path'

export type Step = {
  name: string
  command: readonly [string, ...string[]]
  environment?: Record<string, string>
}

/** The top folder of the repository. */
export const repository: string = resolve(import.meta.dirname, '../../..')

/** A binary of the root's dependencies, by the file it really is: workspaces may nest another version under its name. */
export const bin = (path: string): string => resolve(repository, 'node_modules', path)

/** Runs one command in the repository with inherited output; answers its exit code (1 when it could not run). */
export function run({ command, environment }: Step): Promise<number> {
  return new Promise((done) => {
    const [program, ...rest] = command
    const child = spawn(program, rest, {
      cwd: repository,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...environment },
    })
    child.on('error', (error) => {
      console.error(error.message)
      done(1)
    })
    child.on('exit', (code) => {
      done(code ?? 1)
    })
  })
}

/** Runs every step, also after a failure, so that one run shows all there is to mend; answers the failed names. */
export async function runSteps(steps: readonly Step[]): Promise<string[]> {
  const failed: string[] = []
  for (const step of steps) {
    const start = performance.now()
    console.log(`\n> ${step.name}`)
    const code = await run(step)
    console.log(`  ${code === 0 ? 'ok' : 'FAILED'} in ${((performance.now() - start) / 1000).toFixed(1)} s`)
    if (code !== 0) failed.push(step.name)
  }
  return failed
}
