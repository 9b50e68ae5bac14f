import { BlockList, isIP } from 'node:net'
import { ApplicationError } from '#platform/errors'

interface Block {
  readonly address: string
  readonly bits: number
  readonly family: 'ipv4' | 'ipv6'
}

/** Where IPv4 lies within IPv6: `::ffff:0:0/96`. */
const MAPPED_BITS = 96
const mapped = new BlockList()
mapped.addSubnet('::ffff:0:0', MAPPED_BITS, 'ipv6')

/** `::ffff:7f00:1` and `::ffff:127.0.0.1` are `127.0.0.1`; undefined for what is not IPv4 in IPv6's clothes. */
function unmapped(address: string): string | undefined {
  if (isIP(address) !== 6 || !mapped.check(address, 'ipv6')) return undefined
  const dotted = /:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1]
  if (dotted !== undefined) return dotted
  const [high = 0, low = 0] = address
    .split(':')
    .slice(-2)
    .map((group) => Number.parseInt(group === '' ? '0' : group, 16))
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

/** `address` or `address/bits`; undefined when it is neither. */
function parse(text: string): Block | undefined {
  const [address = '', bitsText, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0 || address.includes('%')) return undefined
  const most = version === 4 ? 32 : 128
  if (bitsText !== undefined && !/^\d{1,3}$/.test(bitsText)) return undefined
  const bits = bitsText === undefined ? most : Number(bitsText)
  if (bits > most) return undefined
  const plain = bits >= MAPPED_BITS ? unmapped(address) : undefined
  if (plain !== undefined) return { address: plain, bits: bits - MAPPED_BITS, family: 'ipv4' }
  return { address, bits, family: version === 4 ? 'ipv4' : 'ipv6' }
}

/** Each as a block, none twice. 400 `VALIDATION_ERROR` that names the place. */
export function blocksOf(texts: readonly string[]): string[] {
  const blocks = texts.map((text, index) => {
    const block = parse(text)
    if (!block)
      throw ApplicationError.validation('This is neither an address nor a CIDR block.', `allowedIps.${index}`)
    return `${block.address.toLowerCase()}/${block.bits}`
  })
  return [...new Set(blocks)]
}

/** Undefined when there are no blocks, which the caller reads as everywhere. */
export function addressCheck(blocks: readonly string[]): ((address: string) => boolean) | undefined {
  if (blocks.length === 0) return undefined
  const list = new BlockList()
  for (const text of blocks) {
    const block = parse(text)
    if (block) list.addSubnet(block.address, block.bits, block.family)
  }
  return (address) => {
    // IPv4 in IPv6's clothes, as a server that listens on both sees it.
    const plain = unmapped(address) ?? address
    const version = isIP(plain)
    return version !== 0 && list.check(plain, version === 6 ? 'ipv6' : 'ipv4')
  }
}
