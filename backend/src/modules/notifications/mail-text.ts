import type { Language } from '#platform/errors'
import { texts, wordsOf, type Facts } from './wording.ts'

export interface MailText {
  readonly subject: string
  readonly text: string
  readonly html: string
}

interface MailFacts {
  readonly template: string
  readonly facts: Facts
  readonly url: string
  readonly preferencesUrl: string
}

/** A notification as a mail: the same words, and the way to the console. */
export function mailTextOf(
  language: Language,
  { template, facts, url, preferencesUrl }: MailFacts,
): MailText {
  const { title, body } = wordsOf(language, template, facts)
  const { look, preferences } = texts[language].mail
  return {
    subject: title,
    text: `${title}\n\n${body}\n\n${look}: ${url}\n\n--\n${preferences}\n${preferencesUrl}\n`,
    html: `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${escaped(title)}</title></head>
<body style="font-family: sans-serif; line-height: 1.5; max-width: 40em; margin: 2em auto; padding: 0 1em">
<h1 style="font-size: 1.2em">${escaped(title)}</h1>
<p>${escaped(body)}</p>
<p><a href="${escaped(url)}">${escaped(look)}</a></p>
<hr>
<p style="font-size: 0.85em"><a href="${escaped(preferencesUrl)}">${escaped(preferences)}</a></p>
</body></html>
`,
  }
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escaped = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '')
