import { demoPeople } from '../identity-provider/index.ts'
import type { Part } from './parts.ts'
import { shortPath } from './places.ts'

function table(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  )
  return rows.map(
    (row) =>
      `  ${row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}`,
  )
}

/** What the person sees when everything runs; never a secret. */
export function welcome(facts: {
  publicUrl: string
  baseUrl: string
  parts: Part[]
  hasLocalPeople: boolean
  logFile: string
  seconds: number
}): string {
  const { publicUrl, baseUrl, parts, hasLocalPeople, logFile, seconds } = facts
  const supplied = parts.flatMap(({ supplied: part }) => (part ? [part] : []))
  const lines = [
    '',
    `LiteMaaS is running (ready after ${seconds.toFixed(1)} s).`,
    '',
    ...table([
      ['Console', publicUrl],
      ['Swagger UI', `${publicUrl}/docs`],
    ]),
  ]
  if (supplied.length > 0) {
    lines.push('', 'Supplied, because nothing else is configured (the variable in brackets brings your own):')
    lines.push(...table(supplied.map(({ name, where, variable }) => [name, where, `[${variable}]`])))
  }
  if (hasLocalPeople) {
    lines.push('', 'People you can sign in as, without a password:')
    lines.push(...table(demoPeople.map(({ username, role }) => [username, role])))
    lines.push('', 'Try it, in another terminal in this folder:')
    lines.push(
      `  curl -s ${baseUrl}/api/v1/models -H "Authorization: Bearer $(npm run -s dev:token -- alice)"`,
    )
  }
  lines.push(
    '',
    `Log: ${shortPath(logFile)}. Ctrl-C stops everything; the data is kept for the next start.`,
    '',
  )
  return lines.join('\n')
}
