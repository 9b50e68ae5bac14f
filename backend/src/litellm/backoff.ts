const FIRST_SECONDS = 1
const LONGEST_SECONDS = 300
const SHORTEST_SECONDS = 0.2

/** Full jitter: anywhere between nearly at once and a ceiling that doubles from 1 s to 5 min. Seconds. */
export function backoffSeconds(tries: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** Math.min(tries, 20))
  return Math.max(SHORTEST_SECONDS, random() * ceiling)
}
