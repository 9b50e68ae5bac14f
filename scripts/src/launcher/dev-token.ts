// `npm run -s dev:token -- alice [--base-url URL]`: prints a bearer token of that person, valid for ten minutes.
import { parseArgs } from 'node:util'
import { readRuntime } from './runtime.ts'
import { mintToken } from './sign-in.ts'

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'base-url': { type: 'string' } },
  })
  const [person] = positionals
  if (person === undefined) throw new Error('Say who: npm run -s dev:token -- alice [--base-url URL]')
  const baseUrl = values['base-url'] ?? (await readRuntime()).baseUrl
  const sayWait = (seconds: number): void =>
    console.error(`Too many sign-ins in this minute: waiting ${String(seconds)} s, as the server asks.`)
  console.log(await mintToken(baseUrl, person, sayWait))
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
