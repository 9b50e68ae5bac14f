import type { World } from './world.ts'

/** Every form in which a secret could be lying about: itself, encoded, and the pieces of it that nobody else would write. */
function tracesOf(secret: string): string[] {
  const traces = [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString('hex'),
    Array.from(secret).reverse().join(''),
  ]
  // Base64 depends on where in a longer text the secret begins; the ends are cut, because they mix with the neighbours.
  for (const lead of ['', 'x', 'xx']) {
    const encoded = Buffer.from(lead + secret).toString('base64')
    traces.push(encoded.slice(4, -4), encoded.slice(4, -4).replaceAll('+', '-').replaceAll('/', '_'))
  }
  const random = secret.replace(/^sk-litellm-/, '')
  for (let start = 0; start + 12 <= random.length; start += 1) traces.push(random.slice(start, start + 12))
  return [...new Set(traces)]
}

export function foundIn(text: string, secret: string): string[] {
  const lower = text.toLowerCase()
  return tracesOf(secret).filter(
    (trace) => text.includes(trace) || (/^[0-9a-f]{20,}$/.test(trace) && lower.includes(trace)),
  )
}

/** Every row of every table of every schema, as text; binary columns as hex and as the text that they may hold. */
export async function dumpAsText(world: World): Promise<string> {
  const tables = await world.query<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'm') and not c.relispartition and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')`,
  )
  const parts: string[] = []
  for (const { name } of tables) {
    const rows = await world.query<{ row: string }>(`select t::text as row from ${name} t`)
    for (const { row } of rows) {
      parts.push(`${name} ${row}`)
      for (const [, hex = ''] of row.matchAll(/\\\\?x([0-9a-f]{8,})/g))
        parts.push(Buffer.from(hex, 'hex').toString('latin1'))
    }
  }
  return parts.join('\n')
}
