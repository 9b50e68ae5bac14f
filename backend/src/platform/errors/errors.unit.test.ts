import { describe, expect, test } from 'vitest'
import { ApplicationError } from './application-error.ts'
import { languageOf, languages } from './language.ts'
import { catalogues, exampleOf, messageIn, placeholdersOf, suggestionIn } from './translation.ts'
import { validationError } from './validation-error.ts'

const speaking = (header?: string) =>
  languageOf({ headers: header === undefined ? {} : { 'accept-language': header } })

describe('the language of an answer', () => {
  test.each([
    [undefined, 'en'],
    ['de', 'de'],
    ['fr-CA', 'fr'],
    ['en;q=0.3, ja;q=0.9', 'ja'],
    ['pt, es;q=0.5', 'es'],
    ['pt', 'en'],
    ['*', 'en'],
    ['de;q=0', 'en'],
    ['', 'en'],
    ['x'.repeat(5000), 'en'],
  ])('%s is answered in %s', (header, language) => {
    expect(speaking(header)).toBe(language)
  })
})

describe('the catalogue', () => {
  test.each(languages)('%s has every sentence, with the same placeholders', (language) => {
    const messages = catalogues[language]
    expect(Object.keys(messages).toSorted()).toEqual(Object.keys(catalogues.en).toSorted())
    const differing = Object.entries(catalogues.en).filter(
      ([key, sentence]) => placeholdersOf(sentence).join() !== placeholdersOf(messages[key] ?? '').join(),
    )
    expect(differing.map(([key]) => key)).toEqual([])
    const untranslated = Object.entries(messages).filter(([key, text]) => text === catalogues.en[key])
    if (language !== 'en') expect(untranslated.map(([key]) => key)).toEqual([])
  })
})

describe('a refusal', () => {
  test('is said in the caller’s language, with its facts in place', () => {
    const error = ApplicationError.conflict('You have 7 keys already.', 'KEY_LIMIT_REACHED', { limit: 7 })
    expect(messageIn('en', error)).toBe('You have 7 keys already.')
    expect(messageIn('de', error)).toBe('Sie haben bereits 7 Schlüssel; widerrufen Sie zuerst einen.')
    expect(messageIn('ja', error)).toContain('7 個')
  })

  test('never shows a brace: without the fact it is said less exactly, or in English', () => {
    expect(messageIn('fr', ApplicationError.conflict('Too many.', 'KEY_LIMIT_REACHED'))).toBe('Too many.')
    expect(messageIn('fr', ApplicationError.validation('Bad.'))).toBe('La requête est mal formée.')
    expect(messageIn('fr', ApplicationError.validation('Bad.', 'name'))).toBe(
      'Le champ « name » est incorrect.',
    )
    expect(messageIn('es', new ApplicationError('NOBODY_KNOWS', 'As thrown.', {}, 409))).toBe('As thrown.')
  })

  test('that hides its cause does so in every language', () => {
    const error = ApplicationError.internal('connect to 10.0.0.7 failed')
    for (const language of languages) expect(messageIn(language, error)).not.toContain('10.0.0.7')
  })

  test('brings its suggestion along', () => {
    const error = new ApplicationError('SIGN_IN_EXPIRED', 'Expired.', { suggestion: 'Start again.' })
    expect(suggestionIn('en', error)).toBe('Start again.')
    expect(suggestionIn('de', error)).toBe('Beginnen Sie von vorn.')
    expect(suggestionIn('de', new ApplicationError('SIGN_IN_EXPIRED', 'Expired.'))).toBeUndefined()
  })

  test('has an example for the documentation', () => {
    expect(exampleOf('MODEL_NOT_FOUND')).toEqual({ message: 'No such model.' })
    expect(exampleOf('KEY_LIMIT_REACHED')).toEqual({
      message: 'You have 20 keys already; revoke one first.',
      details: { limit: 20 },
    })
  })
})

test.each([
  ['required', { missingProperty: 'name' }, '', "The field 'name' is missing.", 'Das Feld „name“ fehlt.'],
  [
    'additionalProperties',
    { additionalProperty: 'spend' },
    '/limits/0',
    "The field 'limits.0.spend' is not known here.",
    'Das Feld „limits.0.spend“ ist hier unbekannt.',
  ],
  [
    'maxLength',
    { limit: 5 },
    '/name',
    "The field 'name' must have at most 5 characters.",
    'Das Feld „name“ darf höchstens 5 Zeichen haben.',
  ],
  [
    'enum',
    { allowedValues: ['a', null] },
    '/sort',
    "The field 'sort' must be one of: a, null.",
    'Das Feld „sort“ muss einer dieser Werte sein: a, null.',
  ],
  ['if', { failingKeyword: 'then' }, '', "The field 'body' is wrong.", 'Das Feld „body“ ist falsch.'],
])('the validator’s %s is a sentence', (keyword, params, instancePath, english, german) => {
  const error = validationError([{ keyword, params, instancePath, schemaPath: '', message: 'x' }])
  expect(error).toMatchObject({ code: 'VALIDATION_ERROR', statusCode: 400, message: english })
  expect(messageIn('de', error)).toBe(german)
})
