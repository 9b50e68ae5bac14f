const DECIMAL = /^([0-9]+)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,3}))?$/
const MAX_DIGITS = 64
const NANO_DIGITS = 9
const MILLION_DIGITS = 6

/** The largest amount that survives the way to a JSON number. */
const MAX_AMOUNT = 9_000_000_000_000_000n

/**
 * A non-negative decimal such as `1.5e-07`, times 10^digits, without floats. What is finer than that is rounded up, so
 * that a price is never too low. Undefined for everything else: negative, infinite, not a number, absurdly large.
 */
function parseScaled(text: string, digits: number): bigint | undefined {
  const match = text.length <= MAX_DIGITS ? DECIMAL.exec(text) : null
  if (!match) return undefined
  const fraction = match[2] ?? ''
  const significand = BigInt(`${match[1] ?? '0'}${fraction}`)
  const shift = Number(match[3] ?? '0') - fraction.length + digits
  if (significand === 0n) return 0n
  const scaled =
    shift >= 0 ? significand * 10n ** BigInt(shift) : divideUp(significand, 10n ** BigInt(-shift))
  return scaled <= MAX_AMOUNT ? scaled : undefined
}

const divideUp = (value: bigint, by: bigint): bigint => (value + by - 1n) / by

/** USD as decimal text -> nano-USD, rounded up. Undefined when it is no usable amount. */
export function parseDecimalNano(usd: string): bigint | undefined {
  return parseScaled(usd, NANO_DIGITS)
}

/** USD per token as decimal text -> nano-USD per million tokens, rounded up. Undefined when it is no usable price. */
export function parsePriceNanoPerMillion(usdPerToken: string): bigint | undefined {
  return parseScaled(usdPerToken, NANO_DIGITS + MILLION_DIGITS)
}

/** nano-USD -> the JSON number in USD that LiteLLM wants; exact to the nano up to 9e15. */
export function usdNumber(nanoUsd: bigint): number {
  return Number(nanoUsd) / 1e9
}
