import { expect, test } from 'vitest'
import { readIpList, writeIpList } from './ip-list.ts'

test('reads lines, commas and blanks alike', () => {
  expect(readIpList('10.0.0.0/8, 192.0.2.1\n 2001:db8::/32 ')).toEqual([
    '10.0.0.0/8',
    '192.0.2.1',
    '2001:db8::/32',
  ])
})

test('nothing written means everywhere, never nowhere', () => {
  expect(readIpList(' \n ')).toBeNull()
})

test('what is written is what was read', () => {
  const list = ['10.0.0.0/8', '192.0.2.1']
  expect(readIpList(writeIpList(list))).toEqual(list)
})
