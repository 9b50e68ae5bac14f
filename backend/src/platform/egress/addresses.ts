import { BlockList, isIP } from 'node:net'

/** Ranges where the world is not: loopback, private, link-local (and with it the clouds' metadata), shared, multicast, reserved. */
const V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]
/** Everything outside 2000::/3, and what inside it leads back into the ranges above. */
const V6_INSIDE = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

const privateV4 = new BlockList()
for (const range of V4) addRange(privateV4, range)
const globalV6 = new BlockList()
addRange(globalV6, '2000::/3')
const privateV6 = new BlockList()
for (const range of V6_INSIDE) addRange(privateV6, range)

/** False when the text is no range. */
export function addRange(list: BlockList, range: string): boolean {
  const [address = '', bits, ...rest] = range.split('/')
  const version = isIP(address)
  const most = version === 6 ? 128 : 32
  const length = bits === undefined ? most : Number(bits)
  if (version === 0 || rest.length > 0 || !/^\d{1,3}$/.test(bits ?? '0') || length > most) return false
  list.addSubnet(address, length, version === 6 ? 'ipv6' : 'ipv4')
  return true
}

/** Whether an address belongs to the public internet. IPv4 in IPv6's clothes is never said to. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !privateV4.check(address, 'ipv4')
  return isIP(address) === 6 && globalV6.check(address, 'ipv6') && !privateV6.check(address, 'ipv6')
}
