import { createHash } from 'node:crypto'
import type { Person } from './people.ts'

const STYLE = `
:root{color-scheme:light dark;--ink:#16202b;--soft:#56636f;--paper:#fff;--ground:#eef1f5;--line:#d5dbe2;--accent:#0b5cad}
@media (prefers-color-scheme:dark){:root{--ink:#e8edf2;--soft:#a3b0bc;--paper:#1b232c;--ground:#11171d;--line:#33404c;--accent:#7db8f5}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.5rem;background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
main{width:100%;max-width:27rem;background:var(--paper);border:1px solid var(--line);border-radius:.75rem;padding:2rem}
h1{font-size:1.4rem;margin:0 0 .25rem}
p{margin:0 0 1.25rem;color:var(--soft)}
ul{list-style:none;margin:0;padding:0;display:grid;gap:.6rem}
button{font:inherit;color:inherit;cursor:pointer}
.person{display:grid;grid-template-columns:2.5rem 1fr;gap:.1rem .9rem;align-items:center;width:100%;text-align:start;padding:.7rem .9rem;background:transparent;border:1px solid var(--line);border-radius:.5rem}
.person:hover{border-color:var(--accent)}
button:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.initial{grid-row:span 2;width:2.5rem;height:2.5rem;border-radius:50%;display:grid;place-items:center;background:var(--accent);color:var(--paper);font-weight:600}
.name{font-weight:600}
.role{font-size:.875rem;color:var(--soft)}
.note{border-inline-start:4px solid var(--accent);padding-inline-start:.75rem;color:var(--ink)}
.cancel{margin-top:1.25rem;padding:.25rem 0;border:0;background:none;color:var(--accent);text-decoration:underline}
`

/** Sent with every page: nothing but our own style is loaded or run. */
export const contentSecurityPolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; frame-ancestors 'none'`

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escape(title)}</title><style>${STYLE}</style></head>
<body><main>${body}</main></body>
</html>`
}

function personButton(person: Person): string {
  return `<li><button class="person" name="person" value="${escape(person.username)}">
<span class="initial" aria-hidden="true">${escape(person.name.slice(0, 1))}</span>
<span class="name">${escape(person.name)} (${escape(person.username)})</span>
<span class="role">${escape(person.role)}</span></button></li>`
}

/** The list of people to click; works without script and with the keyboard alone. */
export function signInPage(people: readonly Person[], action: string, unknownHint?: string): string {
  const note =
    unknownHint === undefined
      ? ''
      : `<p class="note" role="status">Nobody here is called “${escape(unknownHint)}”. Choose one of these people.</p>`
  return page(
    'Sign in to LiteMaaS',
    `<h1>Sign in to LiteMaaS</h1>
<p>This is the local identity provider for trying things out. Choose who you want to be; there are no passwords.</p>
${note}<form method="post" action="${escape(action)}">
<ul aria-label="People">${people.map(personButton).join('\n')}</ul>
<button class="cancel" name="cancel" value="yes">Cancel and go back</button>
</form>`,
  )
}

export function errorPage(title: string, detail: string): string {
  return page(
    title,
    `<h1>${escape(title)}</h1><p>${escape(detail)}</p><p>Go back to LiteMaaS and sign in again.</p>`,
  )
}
