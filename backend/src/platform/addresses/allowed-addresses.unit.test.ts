import { describe, expect, test } from 'vitest'
import { ApplicationError } from '#platform/errors'
import { addressCheck, blocksOf } from './allowed-addresses.ts'

const isIn = (blocks: string[], address: string) => addressCheck(blocksOf(blocks))?.(address)

describe('a list of addresses', () => {
  test.each([
    [['127.0.0.1'], '127.0.0.1', true],
    [['127.0.0.1'], '127.0.0.2', false],
    [['127.0.0.1'], '::ffff:127.0.0.1', true],
    [['127.0.0.1'], '::ffff:7f00:1', true],
    [['127.0.0.1'], '::ffff:7f00:2', false],
    [['127.0.0.1'], '0:0:0:0:0:ffff:7f00:1', true],
    [['::ffff:127.0.0.1'], '127.0.0.1', true],
    [['::ffff:10.0.0.0/104'], '10.200.0.1', true],
    [['::ffff:10.0.0.0/104'], '::ffff:11.0.0.1', false],
    [['10.0.0.0/30'], '10.0.0.3', true],
    [['10.0.0.0/30'], '10.0.0.4', false],
    [['10.0.0.7/30'], '10.0.0.4', true],
    [['10.0.0.7/30'], '10.0.0.3', false],
    [['192.0.2.128/25'], '192.0.2.127', false],
    [['192.0.2.128/25'], '192.0.2.128', true],
    [['192.0.2.128/25'], '192.0.2.255', true],
    [['192.0.2.128/25'], '192.0.3.0', false],
    [['0.0.0.0/0'], '203.0.113.9', true],
    [['0.0.0.0/0'], '2001:db8::1', false],
    [['::/0'], '2001:db8::1', true],
    [['2001:db8::/33'], '2001:db8:7fff::1', true],
    [['2001:db8::/33'], '2001:db8:8000::', false],
    [['2001:DB8::1'], '2001:db8:0:0::1', true],
    [['2001:db8::1/128', '10.0.0.0/8'], '10.1.2.3', true],
    [['127.0.0.0/8'], 'not an address', false],
    [['127.0.0.0/8'], '', false],
  ] as const)('%j holds %s: %s', (blocks, address, expected) => {
    expect(isIn([...blocks], address)).toBe(expected)
  })

  test.each([
    '',
    'localhost',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10.1',
    'fe80::1%eth0',
    '010.0.0.1',
    '10.0.0.0/ 8',
  ])('does not take %j', (text) => {
    expect(() => blocksOf(['10.0.0.1', text])).toThrow(ApplicationError)
  })

  test('says each block once', () => {
    expect(blocksOf(['10.0.0.1', '10.0.0.1/32', '::ffff:10.0.0.1'])).toEqual(['10.0.0.1/32'])
    expect(addressCheck([])).toBeUndefined()
  })
})
