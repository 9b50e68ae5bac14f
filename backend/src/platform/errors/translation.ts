import type { ApplicationError } from './application-error.ts'
import type { Language } from './language.ts'
import { de } from './messages/de.ts'
import { en } from './messages/en.ts'
import { es } from './messages/es.ts'
import { fr } from './messages/fr.ts'
import { ja } from './messages/ja.ts'

type Messages = Readonly<Record<string, string>>
type Values = Readonly<Record<string, unknown>>

/** Sentences by error code; `CODE.something` says a case of it more exactly, `CODE.suggestion` what to try. */
export const catalogues: Readonly<Record<Language, Messages>> = { en, fr, de, es, ja }

const PLACEHOLDER = /\{([a-zA-Z]+)\}/g

export const placeholdersOf = (sentence: string): string[] =>
  [...sentence.matchAll(PLACEHOLDER)].map((match) => match[1] ?? '').sort()

const isSpeakable = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number'

/** The sentence with its placeholders filled; nothing where a value is missing, so that no brace is ever shown. */
export function fill(sentence: string | undefined, values: Values): string | undefined {
  if (sentence === undefined) return undefined
  if (!placeholdersOf(sentence).every((name) => isSpeakable(values[name]))) return undefined
  return sentence.replaceAll(PLACEHOLDER, (_all, name: string) => String(values[name]))
}

/** The message of a refusal: in English as it was thrown, else the most exact sentence that the catalogue has. */
export function messageIn(language: Language, error: ApplicationError): string {
  if (error.code === 'INTERNAL') return catalogues[language]['INTERNAL'] ?? en.INTERNAL
  if (language === 'en') return error.message
  const messages = catalogues[language]
  const values = { ...error.details, ...error.phrase?.values }
  const exact = error.phrase ? fill(messages[error.phrase.key], values) : undefined
  return (
    exact ??
    fill(messages[error.code], values) ??
    fill(messages[`${error.code}.plain`], values) ??
    error.message
  )
}

/** What to try, in the caller's language; none where there is none in English. */
export function suggestionIn(language: Language, error: ApplicationError): string | undefined {
  if (error.suggestion === undefined || language === 'en') return error.suggestion
  const values = { ...error.details, ...error.phrase?.values }
  return fill(catalogues[language][`${error.code}.suggestion`], values) ?? error.suggestion
}

/** What the documentation shows in a placeholder's place. */
const samples: Values = { field: 'name', limit: 20, status: 'active', level: 'team', version: 4 }

/** How an error of this code looks to a caller, for the documentation. Codes without a sentence show only themselves. */
export function exampleOf(code: string): { message: string; details?: Values } {
  const messages: Messages = catalogues.en
  const sentence = messages[code] ?? code
  const names = placeholdersOf(sentence)
  const values = { ...samples, ...Object.fromEntries(names.map((name) => [name, samples[name] ?? name])) }
  const message = fill(sentence, values) ?? sentence
  return names.length === 0
    ? { message }
    : { message, details: Object.fromEntries(names.map((name) => [name, values[name]])) }
}
