import { lookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { createEgressPolicy, isPublicAddress, type EgressObjection } from '#platform/egress'

type Resolve = (host: string) => Promise<readonly string[]>
type Objection = EgressObjection | 'port'

/** Either why a webhook may not lead to a URL, or how a connection to it finds its address. */
type Admission =
  | { readonly objection: Objection }
  | {
      readonly objection?: undefined
      /** Undefined where the host is on the list, and may be internal. */
      readonly lookup: LookupFunction | undefined
    }

/** Where webhooks may lead. Resolves names, so never inside a transaction. */
export type Admit = (url: string) => Promise<Admission>

export class AddressRefused extends Error {
  constructor() {
    super('the name leads to an address that is not public')
  }
}

const resolveAll: Resolve = (host) =>
  new Promise((resolve, reject) => {
    lookup(host, { all: true, verbatim: true }, (error, addresses) =>
      error ? reject(error) : resolve(addresses.map(({ address }) => address)),
    )
  })

/** Public hosts by https, and the hosts on the list in any way. */
export function destinationsOf(allowedHosts: readonly string[], resolve: Resolve = resolveAll): Admit {
  const listed = createEgressPolicy(allowedHosts, resolve)
  const open = createEgressPolicy([], resolve)
  return async (url) => {
    const isListed = allowedHosts.length > 0 && (await listed.objectionTo(url)) === undefined
    if (isListed) return { lookup: undefined }
    const objection = await open.objectionTo(url)
    if (objection !== undefined) return { objection }
    return isUsualPort(new URL(url)) ? { lookup: guarded(resolve) } : { objection: 'port' }
  }
}

/** Other services of a host listen below 1024. */
const isUsualPort = ({ port }: URL): boolean => port === '' || Number(port) >= 1024

/**
 * Resolves a name and answers its addresses only when all of them are public. The connection goes to what was checked, so a
 * name that answers otherwise than a moment ago leads nowhere.
 */
function guarded(resolve: Resolve): LookupFunction {
  return (host, options, callback) => {
    resolve(host).then(
      (addresses) => {
        const [first] = addresses
        if (first === undefined || !addresses.every(isPublicAddress))
          return callback(new AddressRefused(), '', 4)
        if (options.all === true)
          callback(
            null,
            addresses.map((address) => ({ address, family: isIP(address) })),
          )
        else callback(null, first, isIP(first))
      },
      (error: unknown) => callback(error as NodeJS.ErrnoException, '', 4),
    )
  }
}
