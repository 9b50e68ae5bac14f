import { signInFailed } from './oauth.errors.ts'

type Claims = Readonly<Record<string, unknown>>

const MAX_GROUPS = 1000

/** A claim as text that can be stored and shown, cut to `maxLength`; undefined when there is none. */
export function textOf(claims: Claims, name: string, maxLength: number): string | undefined {
  const value = claims[name]
  if (typeof value !== 'string') return undefined
  const text = value.replaceAll(/[\p{Cc}\p{Cs}]/gu, '').trim()
  return text === '' ? undefined : text.slice(0, maxLength)
}

/** As `textOf`, for names that rights hang on: one that would have to be mended is somebody else's name, so it is none. */
export function exactTextOf(claims: Claims, name: string, maxLength: number): string | undefined {
  const text = textOf(claims, name, maxLength)
  return text === claims[name] ? text : undefined
}

/** The names of groups in a claim, which providers send as a list or, for a single one, as text. */
export function groupsOf(value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? [value] : []
  return list.filter((group) => typeof group === 'string').slice(0, MAX_GROUPS)
}

/** A subject is compared byte by byte, so it is taken as it is or not at all. */
export function subjectOf(value: unknown): string {
  if (typeof value !== 'string' || value === '' || value.length > 255 || value.includes('\0'))
    throw signInFailed(new Error('the provider sent no usable subject'))
  return value
}
