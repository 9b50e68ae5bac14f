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

const TOGETHER = 2

/**
 * Runs every step, two at a time and also after a failure, so that one run shows all there is to mend; answers the failed
 * names. What a step says is printed in one piece when it has ended.
 */
export async function runSteps(steps: readonly Step[]): Promise<string[]> {
  const failed = new Set<string>()
  const waiting = [...steps]
  const work = async (): Promise<void> => {
    for (let step = waiting.shift(); step; step = waiting.shift()) {
      const start = performance.now()
      const { code, output } = await capture(step)
      const seconds = ((performance.now() - start) / 1000).toFixed(1)
      console.log(`\n> ${step.name}\n${output}  ${code === 0 ? 'ok' : 'FAILED'} in ${seconds} s`)
      if (code !== 0) failed.add(step.name)
    }
  }
  await Promise.all(Array.from({ length: TOGETHER }, work))
  return steps.map(({ name }) => name).filter((name) => failed.has(name))
}

function capture({
  command: [program, ...rest],
  environment,
}: Step): Promise<{ code: number; output: string }> {
  return new Promise((done) => {
    const said: Buffer[] = []
    const child = spawn(program, rest, {
      cwd: repository,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    })
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => said.push(piece))
    const end = (code: number): void => done({ code, output: Buffer.concat(said).toString() })
    child.on('error', (error) => {
      said.push(Buffer.from(`${error.message}\n`))
      end(1)
    })
    child.on('close', (code) => end(code ?? 1))
  })
}
