import type { CaughtMail } from './index.ts'

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** All mails on one page, the newest first, as text. */
export function mailPage(mails: readonly CaughtMail[]): string {
  const articles = mails
    .toReversed()
    .map(
      ({ at, to, subject, text }) =>
        `<article><h2>${escaped(subject)}</h2><p>${escaped(at)} to ${escaped(to.join(', '))}</p><pre>${escaped(text)}</pre></article>`,
    )
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Caught mail</title>
<style>body{font-family:sans-serif;max-width:50em;margin:2em auto;padding:0 1em}pre{white-space:pre-wrap}</style></head>
<body><h1>Caught mail</h1><p>Nothing leaves this machine. The last hundred are kept; reload for newer ones.</p>
${articles.length === 0 ? '<p>There is none yet.</p>' : articles.join('\n')}</body></html>
`
}
