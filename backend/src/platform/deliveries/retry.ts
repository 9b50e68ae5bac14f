/** After these a delivery is given up, until somebody sends it again by hand. */
export const MAX_ATTEMPTS = 12

const FIRST_SECONDS = 120
const LONGEST_SECONDS = 8 * 3600
const SHORTEST_SECONDS = 1

/**
 * Full jitter: anywhere between nearly at once and a ceiling that doubles from 2 minutes to 8 hours; twelve attempts last
 * about a day. `attempts` counts those that were made.
 */
export function retryDelaySeconds(attempts: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** Math.max(0, attempts - 1))
  return Math.max(SHORTEST_SECONDS, random() * ceiling)
}
