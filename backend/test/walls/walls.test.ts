import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { planted } from './planted.ts'

const root = resolve(import.meta.dirname, '../../..')

type Finding = { code: string; filename: string }

/** Runs the repository's linter in a folder; a lint error is an answer, anything else is thrown. */
function lint(folder: string, ...extra: string[]): Promise<Finding[]> {
  return new Promise((done, failed) => {
    const linter = join(root, 'node_modules/oxlint/bin/oxlint')
    const options = { cwd: folder, maxBuffer: 64 * 1024 * 1024 }
    execFile(process.execPath, [linter, '--format', 'json', ...extra], options, (error, stdout, stderr) => {
      try {
        const report: { diagnostics: Finding[] } = JSON.parse(stdout)
        done(report.diagnostics)
      } catch {
        failed(new Error(`the linter gave no report: ${stderr}${stdout}`, { cause: error }))
      }
    })
  })
}

// The overrides are written for paths from the root, so the fixture is laid out as a repository of its own.
let copy = ''

beforeAll(async () => {
  copy = await realpath(await mkdtemp(join(tmpdir(), 'litemaas-walls-')))
  await cp(join(import.meta.dirname, 'fixture'), copy, { recursive: true })
  const settings = ['.oxlintrc.json', 'tsconfig.base.json', 'package.json']
  const rooms = [
    'backend/package.json',
    'backend/tsconfig.json',
    'frontend/package.json',
    'frontend/tsconfig.json',
    'scripts/package.json',
    'scripts/tsconfig.json',
  ]
  for (const file of [...settings, ...rooms]) await cp(join(root, file), join(copy, file))
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
})

afterAll(() => rm(copy, { recursive: true, force: true }))

test('each planted violation is caught by its rule, and allowed crossings are left alone', async () => {
  const findings = await lint(copy)
  const found = new Set(findings.map(({ code, filename }) => `${filename.replaceAll('\\', '/')} ${code}`))
  const expected = Object.entries(planted).flatMap(([code, files]) => files.map((file) => `${file} ${code}`))
  expect([...found].sort()).toEqual(expected.sort())
})

test('each group of rules for a folder is needed by something in the fixture', async () => {
  const config: { options: object; overrides: { files: string[] }[] } = JSON.parse(
    await readFile(join(root, '.oxlintrc.json'), 'utf8'),
  )
  const lintWith = async (overrides: { files: string[] }[]): Promise<string[]> => {
    const file = join(copy, 'changed.oxlintrc.json')
    await writeFile(file, JSON.stringify({ ...config, options: {}, overrides }))
    return (await lint(copy, '--config', file)).map(({ code, filename }) => `${filename} ${code}`).sort()
  }
  const whole = await lintWith(config.overrides)
  const idle: string[][] = []
  for (const override of config.overrides) {
    const found = await lintWith(config.overrides.filter((other) => other !== override))
    if (JSON.stringify(found) === JSON.stringify(whole)) idle.push(override.files)
  }
  expect(idle).toEqual([])
})

test('the fixture is not part of the normal lint', async () => {
  const findings = await lint(root, 'backend/test/walls')
  expect(findings.filter(({ filename }) => filename.includes('fixture'))).toEqual([])
})
