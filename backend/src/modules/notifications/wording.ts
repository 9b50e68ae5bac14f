import type { Language } from '#platform/errors'
import { de } from './texts/de.ts'
import { en, type Template, type Texts } from './texts/en.ts'
import { es } from './texts/es.ts'
import { fr } from './texts/fr.ts'
import { ja } from './texts/ja.ts'

export const texts: Readonly<Record<Language, Texts>> = { en, fr, de, es, ja }

/** What stands in the gaps of a sentence. */
export type Facts = Readonly<Record<string, string | number>>

const PLACEHOLDER = /\{([a-zA-Z]+)\}/g
const MISSING = '—'
const CONTROLS = /\p{Cc}+/gu

/** Title and body in a language. `level` is said as `{owner}`, `job` by its name, and `expiresAt` as a day. */
export function wordsOf(language: Language, template: string, facts: Facts): { title: string; body: string } {
  const { sentences, owners, jobs } = texts[language]
  const [title, body] = sentences[template as Template] ?? [template, '']
  const owner = owners[facts['level'] as keyof typeof owners]
  const values: Facts = {
    ...facts,
    ...(owner === undefined ? {} : { owner: fill(owner, facts) }),
    ...(facts['job'] === undefined ? {} : { job: jobs[facts['job'] as keyof typeof jobs] ?? jobs.other }),
    ...dayOf(language, facts['expiresAt']),
  }
  return { title: fill(title, values), body: fill(body, values) }
}

const fill = (sentence: string, values: Facts): string =>
  sentence.replaceAll(PLACEHOLDER, (_all, name: string) =>
    String(values[name] ?? MISSING).replaceAll(CONTROLS, ' '),
  )

function dayOf(language: Language, at: string | number | undefined): Facts {
  const time = new Date(at ?? '')
  if (Number.isNaN(time.getTime())) return {}
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' })
  return { expiresAt: format.format(time) }
}
