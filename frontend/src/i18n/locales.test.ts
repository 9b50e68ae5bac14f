import { describe, expect, test } from 'vitest'
import { languages } from './index.ts'

/** A file of texts as `key.below.key` -> text. */
type Texts = ReadonlyMap<string, string>

const files = import.meta.glob<object>('./locales/*/*.json', { eager: true, import: 'default' })
const sources = import.meta.glob<string>(['../**/*.{ts,tsx}', '!../**/*.test.ts', '!../api/generated/**'], {
  eager: true,
  query: '?raw',
  import: 'default',
})

const texts = new Map(Object.entries(files).map(([path, file]) => [placeOf(path), new Map(flatten(file))]))
const namespaces = [...texts.keys()].filter((place) => place.startsWith('en/')).map((place) => place.slice(3))
const translated = languages.filter((language) => language !== 'en')
const code = Object.entries(sources).map(([path, source]) => ({ path, ...readSource(source) }))

/**
 * Names, and words that are the same in a language. A text that equals the English one must consist of them: everything
 * else was forgotten.
 */
const words = (list: string): readonly string[] => list.toLowerCase().split(/\s+/)
const names = words(
  'LiteMaaS LiteLLM OpenShift OpenAI OpenAPI Swagger UI API URL CSV JSON Webhook curl Python Node.js p95 p99 top p',
)
const sameAsEnglish: Readonly<Record<string, ReadonlySet<string>>> = {
  fr: new Set([
    ...names,
    ...words(`action actions active attention budget budgets catalogue code description dimensions e-mail format images importance
      information installation invitation invitations logo notes notifications page point points secret secrets session
      req/min sessions test tokens/min tokens/s urgent vision webhooks`),
  ]),
  de: new Set([
    ...names,
    ...words(`administrator banner browser budget budgets chat code embeddings format in information installation limits
      link live logo manager moderation name person server status streaming system team teams test text tokens tokens/min tokens/s version webhooks`),
  ]),
  es: new Set([...names, ...words('chat embeddings error no req/min tokens tokens/min tokens/s webhooks')]),
  ja: new Set(names),
}

describe.each(translated)('the texts in %s', (language) => {
  test('are in the same files as the English ones', () => {
    const there = [...texts.keys()].filter((place) => place.startsWith(`${language}/`))
    expect(there.map((place) => place.slice(language.length + 1)).toSorted()).toEqual(namespaces.toSorted())
  })

  test.each(namespaces)(
    '%s: have the keys of English, with the plural forms of the language',
    (namespace) => {
      const here = textsOf(language, namespace)
      expect([...here.keys()].toSorted()).toEqual(expectedKeys(textsOf('en', namespace), language).toSorted())
    },
  )

  test.each(namespaces)('%s: say the same values', (namespace) => {
    const wrong = [...textsOf(language, namespace)].filter(([key, text]) => {
      const original = originalOf(namespace, key)
      if (original === undefined) return false
      const [found, wanted] = [placeholders(text), placeholders(original)]
      // "One key" may say its number in a word.
      if (key.endsWith('_one')) found.add('{{count, number}}')
      if (key.endsWith('_one')) wanted.add('{{count, number}}')
      return [...found].toSorted().join() !== [...wanted].toSorted().join()
    })
    expect(wrong).toEqual([])
  })

  test.each(namespaces)('%s: are translated', (namespace) => {
    const forgotten = [...textsOf(language, namespace)].filter(
      ([key, text]) => text === originalOf(namespace, key) && !isSame(text, language),
    )
    expect(forgotten).toEqual([])
  })
})

test('no text is empty, in any language', () => {
  const empty = [...texts].flatMap(([place, all]) =>
    [...all].filter(([, text]) => text.trim() === '').map(([key]) => `${place} ${key}`),
  )
  expect(empty).toEqual([])
})

describe('the code', () => {
  test('asks for files of texts that exist', () => {
    const asked = code.flatMap(({ path, named }) => named.map((namespace) => ({ path, namespace })))
    expect(asked.filter(({ namespace }) => !namespaces.includes(namespace))).toEqual([])
    expect(asked.length).toBeGreaterThan(0)
  })

  test('asks for texts that exist', () => {
    const missing = code.flatMap((file) =>
      file.keys
        .filter((key) => !namespacesOf(file).some((namespace) => has(key, namespace)))
        .map(at(file.path)),
    )
    expect(missing).toEqual([])
    expect(code.flatMap(({ keys }) => keys).length).toBeGreaterThan(50)
  })

  test('builds keys that can exist', () => {
    const allKeys = namespaces.flatMap((namespace) => bases(namespace))
    const missing = code.flatMap((file) =>
      file.builtKeys
        .filter((built) => !allKeys.some((key) => patternOf(withoutNamespace(built)).test(key)))
        .map(at(file.path)),
    )
    expect(missing).toEqual([])
  })

  test('loads the file of each text that it asks for by its full name', () => {
    const unloaded = code.flatMap((file) =>
      file.keys
        .filter((key) => key.includes(':') && file.named.length > 0)
        .filter((key) => !['common', ...file.named].includes(key.slice(0, key.indexOf(':'))))
        .map(at(file.path)),
    )
    expect(unloaded).toEqual([])
  })

  test.each(namespaces)('uses every text of %s', (namespace) => {
    const literals = new Set(code.flatMap(({ strings }) => strings.map(withoutNamespace)))
    const patterns = code.flatMap(({ templates }) => templates.map(withoutNamespace)).map(patternOf)
    const unused = bases(namespace).filter(
      (key) => !literals.has(key) && !patterns.some((pattern) => pattern.test(key)),
    )
    expect(unused).toEqual([])
  })
})

function placeOf(path: string): string {
  return path.replace('./locales/', '').replace('.json', '')
}

function flatten(node: object, above = ''): Array<[string, string]> {
  return Object.entries(node).flatMap(([key, value]: [string, unknown]): Array<[string, string]> => {
    if (typeof value === 'object' && value !== null) return flatten(value, `${above}${key}.`)
    return [[`${above}${key}`, String(value)]]
  })
}

function textsOf(language: string, namespace: string): Texts {
  return texts.get(`${language}/${namespace}`) ?? new Map<string, string>()
}

/** The key without the ending of its plural form, if it is one of several. */
function baseOf(key: string, all: Texts): string {
  const base = key.replace(/_(zero|one|two|few|many|other)$/, '')
  return all.has(`${base}_other`) ? base : key
}

function expectedKeys(english: Texts, language: string): string[] {
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories
  const keys = [...english.keys()].flatMap((key) => {
    const base = baseOf(key, english)
    return base === key ? [key] : forms.map((form) => `${base}_${form}`)
  })
  return [...new Set(keys)]
}

function originalOf(namespace: string, key: string): string | undefined {
  const english = textsOf('en', namespace)
  return english.get(key) ?? english.get(key.replace(/_(zero|two|few|many)$/, '_other'))
}

/** `{{values}}` and `<tags>` that the code fills in. */
function placeholders(text: string): Set<string> {
  return new Set(text.match(/\{\{\s*\w+[^}]*\}\}|<\/?\w+\s*\/?>/g))
}

function isSame(text: string, language: string): boolean {
  const said = text.replaceAll(/\{\{[^}]*\}\}|<[^>]*>/g, ' ').match(/[\p{L}_][\p{L}\p{N}_./-]*/gu) ?? []
  return said.every((word) => sameAsEnglish[language]?.has(word.replace(/[.]$/, '').toLowerCase()))
}

function bases(namespace: string): string[] {
  const english = textsOf('en', namespace)
  return [...new Set([...english.keys()].map((key) => baseOf(key, english)))]
}

const withoutNamespace = (key: string): string => key.slice(key.indexOf(':') + 1)

function has(key: string, namespace: string): boolean {
  const [, given, name] = /^(?:([\w-]+):)?(.*)$/.exec(key) ?? []
  return bases(given ?? namespace).includes(name ?? key)
}

/** A built key as an expression: whatever is filled in may be anything. */
function patternOf(template: string): RegExp {
  return new RegExp(
    `^${template
      .split(/\$\{[^}]*\}/)
      .map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`))
      .join('.+')}$`,
  )
}

/** What a file says about texts. Strings and calls look alike in all our sources, because Prettier writes them. */
function readSource(source: string) {
  const found = (pattern: RegExp) => [...source.matchAll(pattern)].map((match) => match[1] ?? '')
  const named = found(/(?:useTranslation|TFunction<)\(?\s*\[?((?:\s*'[\w-]+',?\s*)*)\]?[)>,]/g)
  return {
    /** Files of texts that it names; the common one where it names none. */
    named: named.flatMap((list) => [...list.matchAll(/'([\w-]+)'/g)].map((match) => match[1] ?? '')),
    asksForCommon: /useTranslation\(\)/.test(source),
    keys: found(/(?<![\w.$])t\(\s*'([^']+)'/g).concat(found(/i18nKey="([^"]+)"/g)),
    builtKeys: found(/(?<![\w.$])t\(\s*`([^`]+)`/g).filter((key) => /^[\w:.-]{2}/.test(key)),
    strings: found(/'([\w:.-]+)'/g).concat(found(/"([\w:.-]+)"/g)),
    templates: found(/`((?:\$\{[^}`]*\}|[^`\s])+)`/g).filter(
      (template) => template.includes('${') && /\w{2}/.test(template.replaceAll(/\$\{[^}]*\}/g, '')),
    ),
  }
}

/** Where its keys are looked up; a file that names none gets its `t` from a neighbour in its folder. */
function namespacesOf(file: (typeof code)[number]): readonly string[] {
  if (file.named.length > 0) return file.asksForCommon ? [...file.named, 'common'] : file.named
  if (file.asksForCommon) return ['common']
  const folder = file.path.slice(0, file.path.lastIndexOf('/'))
  return ['common', ...code.filter(({ path }) => path.startsWith(`${folder}/`)).flatMap(({ named }) => named)]
}

function at(path: string) {
  return (key: string) => `${path}: ${key}`
}
