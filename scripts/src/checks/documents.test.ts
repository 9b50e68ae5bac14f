// Documents that point nowhere, or name what is gone, are worse than none.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { configSchema } from '@litemaas/backend/config'
import { listErrorCodes } from '@litemaas/backend/errors'
import { launcherVariables } from '../generate/configuration.ts'
import { repository } from './run-steps.ts'

const read = (path: string): string => readFileSync(resolve(repository, path), 'utf8')
const docs = readdirSync(resolve(repository, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.md'))
  .map((path) => join('docs', path))
const documents = [
  'README.md',
  'CLAUDE.md',
  'backend/CLAUDE.md',
  'frontend/CLAUDE.md',
  'k6/README.md',
  ...docs.sort(),
]

/** Every match in every document, as `document: what`, that does not hold. */
function failures(
  pattern: RegExp,
  isFine: (what: string, document: string) => boolean,
  among = documents,
): string[] {
  return among.flatMap((document) =>
    [...read(document).matchAll(pattern)]
      .map(([all, group]) => group ?? all)
      .filter((what) => !isFine(what, document))
      .map((what) => `${document}: ${what}`),
  )
}

/** The anchors of a document’s headings, as code hosts make them. */
const anchorsOf = (document: string): Set<string> =>
  new Set(
    [...read(document).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(' ', '-'),
    ),
  )

test('every relative link leads to a file, and to a heading where it names one', () => {
  const isFine = (link: string, document: string): boolean => {
    if (/^[a-z]+:/.test(link)) return true
    const [path = '', anchor] = link.split('#')
    const target = path === '' ? document : relative(repository, resolve(repository, dirname(document), path))
    return existsSync(resolve(repository, target)) && (anchor === undefined || anchorsOf(target).has(anchor))
  }
  expect(failures(/\]\(([^)\s]+)\)/g, isFine)).toEqual([])
})

test('every file that is named by its path exists', () => {
  const isFine = (path: string): boolean => path.endsWith('/dist') || existsSync(resolve(repository, path))
  expect(failures(/`((?:backend|scripts|frontend|docs|k6)\/[\w./-]*\w)`/g, isFine)).toEqual([])
})

test('every npm script that is named exists', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  const isFine = (name: string): boolean => scripts[name] !== undefined
  expect(failures(/npm run (?:-s )?([a-z][\w:-]*)/g, isFine)).toEqual([])
  expect(failures(/`((?:db|dev|lint|test):[a-z]+)`/g, isFine)).toEqual([])
})

test('every variable and error code that is named exists', () => {
  const compose = [
    ...`${read('docker-compose.yml')}${read('.env.example')}`.matchAll(/\b[A-Z]+(?:_[A-Z]+)+\b/g),
  ]
  const known = new Set<string>([
    ...Object.keys(configSchema.properties),
    ...Object.keys(launcherVariables),
    ...listErrorCodes().map(([code]) => code),
    ...compose.map(([name]) => name),
  ])
  const others = documents.filter((document) => document !== 'k6/README.md')
  const inCode = failures(/`[^`]+`/g, () => false, others)
  const names = inCode.flatMap((text) =>
    [...text.matchAll(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g)].map(([name]) => ({ name, text })),
  )
  expect(names.length).toBeGreaterThan(50)
  expect(names.filter(({ name }) => !known.has(name))).toEqual([])
})

test('decisions are numbered without a gap and say context, decision and consequence', () => {
  const decisions = documents.filter((path) => path.startsWith('docs/decisions/'))
  expect(decisions.map((path) => Number(path.slice('docs/decisions/'.length).slice(0, 4)))).toEqual(
    decisions.map((_, index) => index + 1),
  )
  for (const path of decisions)
    expect(read(path), path).toMatch(
      /^# \d+\. .+\*\*Context\.\*\*.+\*\*Decision\.\*\*.+\*\*Consequence\.\*\*/s,
    )
})

test('what is read at every start stays short', () => {
  expect(read('CLAUDE.md').split('\n').length).toBeLessThanOrEqual(120)
})
