import type { FastifyRequest } from 'fastify'
import Negotiator from 'negotiator'

/** English first: it is what is spoken when nothing fits. */
export const languages = ['en', 'fr', 'de', 'es', 'ja'] as const
export type Language = (typeof languages)[number]

/** The language that the caller reads best, by `Accept-Language` with its quality values; regions fall back to their language. */
export function languageOf(request: Pick<FastifyRequest, 'headers'>): Language {
  if (request.headers['accept-language'] === undefined) return 'en'
  const wanted = new Negotiator(request).language([...languages])
  return languages.find((language) => language === wanted) ?? 'en'
}
