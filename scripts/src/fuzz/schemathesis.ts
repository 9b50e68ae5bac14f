import { execFile } from 'node:child_process'
import { access } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const VERSION = '4.32.5'

const works = async (program: string): Promise<boolean> =>
  run(program, ['--version']).then(
    () => true,
    () => false,
  )

/**
 * The path of schemathesis: SCHEMATHESIS, else on the PATH, else in a virtual environment of its own, made when missing.
 * @throws Error with one sentence when there is none and none can be installed.
 */
export async function findSchemathesis(): Promise<string> {
  for (const candidate of [process.env['SCHEMATHESIS'], 'schemathesis']) {
    if (candidate !== undefined && (await works(candidate))) return candidate
  }
  const environment = join(tmpdir(), `litemaas-schemathesis-${VERSION}`)
  const program = join(environment, 'bin', 'schemathesis')
  const isThere = await access(program).then(
    () => true,
    () => false,
  )
  if (isThere && (await works(program))) return program
  try {
    console.log(`Installing schemathesis ${VERSION} into ${environment} ...`)
    await run('python3', ['-m', 'venv', environment])
    await run(join(environment, 'bin', 'pip'), ['install', '--quiet', `schemathesis==${VERSION}`])
    return program
  } catch (cause) {
    throw new Error(
      `There is no schemathesis, and it cannot be installed here: install it (pip install schemathesis==${VERSION}, Python 3.10 or newer) and set SCHEMATHESIS to its path.`,
      { cause },
    )
  }
}
