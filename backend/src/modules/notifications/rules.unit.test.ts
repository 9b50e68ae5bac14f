import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { AnnouncedEvent } from '#platform/events'
import { fieldsOf, rules } from './rules.ts'
import { en, type NamedJob } from './texts/en.ts'
import { texts, wordsOf } from './wording.ts'

const ID = '0193a1b2-0000-7000-8000-000000000001'
const ROUTER = new URL('../../../../frontend/src/app/router.tsx', import.meta.url)
const MODULES = new URL('../', import.meta.url)
const SECTIONS = new URL('../../../../frontend/src/features/settings/SettingsPage.tsx', import.meta.url)

const paths = [...readFileSync(ROUTER, 'utf8').matchAll(/\bat\(\s*'([^']+)'/g)].map(([, path = '']) => path)
const patterns = paths.map((path) => new RegExp(`^${path.replaceAll(/\$\w+/g, '[\\w-]+')}$`))
const jobs = Object.keys(en.jobs).filter((name) => name !== 'other') as NamedJob[]

/** An event as full as it can be; what a rule does not read does no harm. */
const full = {
  userId: ID,
  modelId: ID,
  modelName: 'granite',
  teamId: ID,
  subjectId: ID,
  apiKeyId: ID,
  apiKeyName: 'ci',
  actorId: 'somebody else',
  from: 'active',
  status: 'succeeded',
  role: 'member',
}
const variants = [
  ...['key', 'key_model', 'user', 'team', 'organization', 'platform'].map((level) => ({ ...full, level })),
  ...[...jobs, 'something.else'].map((kind) => ({ ...full, kind })),
]
const draftsOf = (name: string) =>
  (rules[name] ?? []).flatMap((rule) =>
    variants.flatMap((data) => {
      const event = { name, data, userId: ID } as unknown as AnnouncedEvent
      return rule.draft(fieldsOf(data), event) ?? []
    }),
  )

describe('links of notifications', () => {
  test('the routes of the console are found', () => {
    expect(paths).toContain('/admin/settings/$section')
    expect(paths.length).toBeGreaterThan(20)
  })

  test.each(Object.keys(rules))('%s leads to a page of the console', (name) => {
    const drafts = draftsOf(name)
    expect(drafts.length).toBeGreaterThan(0)
    for (const { link } of drafts) {
      const [path = ''] = link.split('?')
      expect(
        patterns.filter((pattern) => pattern.test(path)),
        link,
      ).not.toEqual([])
    }
  })

  test('sections of the settings are there', () => {
    const source = readFileSync(SECTIONS, 'utf8')
    const sections = Object.keys(rules)
      .flatMap(draftsOf)
      .flatMap(({ link }) => /^\/admin\/settings\/([\w-]+)$/.exec(link)?.[1] ?? [])
    expect(sections).not.toEqual([])
    for (const section of sections) expect(source).toMatch(new RegExp(`^  '?${section}'?: lazy`, 'm'))
  })
})

describe('a finished job', () => {
  test.each(jobs)('%s has a name in every language, and its own page', (kind) => {
    const draft = (rules['job.finished'] ?? [])[0]?.draft(fieldsOf({ kind, status: 'succeeded' }), {
      name: 'job.finished',
    } as unknown as AnnouncedEvent)
    expect(draft?.link).not.toBe('/')
    for (const language of ['en', 'fr', 'de', 'es', 'ja'] as const) {
      const { body } = wordsOf(language, 'job.succeeded', draft?.facts ?? {})
      expect(body).toContain(texts[language].jobs[kind])
      expect(body).not.toContain(kind)
    }
  })

  test('of a kind that nobody named goes by a general word', () => {
    expect(wordsOf('en', 'job.failed', { job: 'something.else' }).body).toBe(
      'Background task: this could not be finished.',
    )
  })

  test('is named if any room registers it', () => {
    expect(jobs.toSorted()).toEqual(registeredKinds().toSorted())
  })
})

/** As the sources say: `jobs.register({ kind: NAME`, with the constant in the same room or, imported, in another. */
function registeredKinds(): string[] {
  const files = readdirSync(MODULES, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => ({ room: file.split('/')[0], text: readFileSync(new URL(file, MODULES), 'utf8') }))
  return files.flatMap(({ room, text }) =>
    [...text.matchAll(/jobs\.register\(\{\s*kind: (\w+)/g)].map(([, name = '']) => {
      const constant = new RegExp(`const ${name} = '([a-z]+\\.[a-z-]+)'`)
      const places = [...files.filter((one) => one.room === room), ...files]
      return places.map((one) => constant.exec(one.text)?.[1]).find((kind) => kind !== undefined) ?? name
    }),
  )
}
