import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import { addRange, isPublicAddress } from './addresses.ts'

/** Why an address outside may not be used. */
export type EgressObjection =
  /** Not an http(s) URL, or one with credentials or a fragment. */
  | 'malformed'
  /** Plain http, and the host is not on the list. */
  | 'not_https'
  /** There is a list of allowed hosts, and this one is not on it. */
  | 'not_listed'
  /** The host is, or resolves to, an address that is not public. */
  | 'not_public'
  /** The name cannot be resolved from here. */
  | 'unresolvable'

export interface EgressPolicy {
  /** Undefined when the URL may be used. Resolves names, so never inside a transaction. */
  objectionTo(url: string): Promise<EgressObjection | undefined>
}

type Resolve = (host: string) => Promise<readonly string[]>

const RESOLVE_MS = 3000

const resolveAll: Resolve = async (host) => {
  const timeout = Promise.withResolvers<never>()
  const timer = setTimeout(() => timeout.reject(new Error('no answer in time')), RESOLVE_MS)
  try {
    const answers = await Promise.race([lookup(host, { all: true, verbatim: true }), timeout.promise])
    return answers.map((answer) => answer.address)
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Where URLs that people type in may lead. With a list only the hosts on it: exact names, `*.example.com`, addresses and
 * CIDRs, each also with `:port`; what stands there may be internal and plain http. Without one every public host, by https.
 */
export function createEgressPolicy(
  allowedHosts: readonly string[],
  resolve: Resolve = resolveAll,
): EgressPolicy {
  const ranges = new BlockList()
  const names = new Set<string>()
  for (const entry of allowedHosts)
    if (!addRange(ranges, entry)) names.add(entry.toLowerCase().replace(/\.$/, ''))

  const isListed = (host: string, port: string): boolean => {
    const version = isIP(host)
    if (version !== 0 && ranges.check(host, version === 6 ? 'ipv6' : 'ipv4')) return true
    return suffixesOf(host).some((name) => names.has(name) || names.has(`${name}:${port}`))
  }

  return {
    async objectionTo(text) {
      const url = URL.canParse(text) ? new URL(text) : undefined
      if (!url || !['http:', 'https:'].includes(url.protocol)) return 'malformed'
      if (url.username !== '' || url.password !== '' || url.hash !== '' || url.hostname === '')
        return 'malformed'
      // The parser has turned every way of writing an IPv4 address (decimal, octal, short) into the usual one.
      const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
      const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port
      if (isListed(host, port)) return undefined
      if (allowedHosts.length > 0) return 'not_listed'
      if (url.protocol !== 'https:') return 'not_https'
      if (isIP(host) !== 0) return isPublicAddress(host) ? undefined : 'not_public'
      if (!isPublicName(host)) return 'not_public'
      const addresses = await resolve(host).catch(() => [])
      if (addresses.length === 0) return 'unresolvable'
      return addresses.every(isPublicAddress) ? undefined : 'not_public'
    },
  }
}

/** `a.b.c` -> `a.b.c`, `*.b.c`, `*.c`. */
function suffixesOf(host: string): string[] {
  const labels = host.split('.')
  return [host, ...labels.slice(1).map((_label, index) => `*.${labels.slice(index + 1).join('.')}`)]
}

/** Names that never belong to the public internet, whatever a resolver here says. */
function isPublicName(host: string): boolean {
  return host.includes('.') && !/(^|\.)(localhost|local|internal|home\.arpa|localdomain)$/.test(host)
}
