import { ApplicationError } from '#platform/errors'

const NANO = 1_000_000_000

/** The largest amount that a JSON number still carries exactly. */
const LARGEST = 9_000_000_000_000_000n

/** nano-USD (bigint) to the JSON number of US dollars on the wire. */
export function usdFromNano(nano: bigint): number {
  return Number(nano) / NANO
}

export function usdFromNanoOrNull(nano: bigint | null): number | null {
  return nano === null ? null : usdFromNano(nano)
}

/** US dollars from the wire to nano-USD; more than nine decimals is finer than we count, and refused. */
export function nanoFromUsd(usd: number, field: string): bigint {
  const scaled = usd * NANO
  const rounded = Math.round(scaled)
  if (!Number.isFinite(scaled) || usd < 0 || Math.abs(scaled - rounded) > Math.max(1e-3, scaled * 1e-12))
    throw ApplicationError.validation(
      `The field '${field}' must be an amount of US dollars with at most nine decimals.`,
      field,
      usd,
    )
  const nano = BigInt(rounded)
  if (nano > LARGEST) throw ApplicationError.validation(`The field '${field}' is too large.`, field, usd)
  return nano
}
