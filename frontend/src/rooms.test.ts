import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { expect, it } from 'vitest'

const top = import.meta.dirname

interface Arrow {
  readonly from: string
  readonly to: string
  readonly isLazy: boolean
}

/** Every path that a file of ours imports from another file of ours. */
const arrows: readonly Arrow[] = readdirSync(top, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !name.includes('generated'))
  .flatMap((name) => {
    const text = readFileSync(join(top, name), 'utf8')
    return [...text.matchAll(/(\bfrom|\bimport\()\s*'(\.[^']+)'/g)].map(([, word, path = '']) => ({
      from: name.split(sep).join('/'),
      to: relative(top, resolve(top, dirname(name), path))
        .split(sep)
        .join('/'),
      isLazy: word === 'import(',
    }))
  })

/** `features/teams/x/Y.tsx` is in the room `teams`; what is no feature is in none. */
const roomOf = (path: string): string | undefined => /^features\/([^/]+)\//.exec(path)?.[1]

it('sees the imports at all', () => {
  expect(arrows.length).toBeGreaterThan(300)
  expect(arrows.some(({ from, to }) => from === 'main.tsx' && to === 'app/App.tsx')).toBe(true)
})

/** What a page's address may hold has to be known before the page is there. */
const isAboutAddress = (path: string): boolean => path.endsWith('-search.ts')

it('the shell reaches rooms lazily, so that no page weighs on the first one', () => {
  const early = arrows.filter(
    ({ from, to, isLazy }) =>
      roomOf(from) === undefined && roomOf(to) !== undefined && !isLazy && !isAboutAddress(to),
  )
  expect(early).toEqual([])
})

it('rooms that use each other form no circle', () => {
  const uses = new Map<string, Set<string>>()
  // A page that is put together from other rooms' sections fetches them, and knows nothing of what is in them.
  for (const { from, to } of arrows.filter(({ isLazy }) => !isLazy)) {
    const [room, other] = [roomOf(from), roomOf(to)]
    if (room === undefined || other === undefined || room === other) continue
    uses.set(room, (uses.get(room) ?? new Set()).add(other))
  }
  const circles: string[] = []
  const walk = (room: string, way: readonly string[]): void => {
    const at = way.indexOf(room)
    if (at >= 0) circles.push([...way.slice(at), room].join(' -> '))
    else for (const next of uses.get(room) ?? []) walk(next, [...way, room])
  }
  for (const room of uses.keys()) walk(room, [])
  // One line for each circle, whichever room it was found from.
  const each = new Map(circles.map((circle) => [[...new Set(circle.split(' -> '))].sort().join(), circle]))
  expect([...each.values()]).toEqual([])
})
