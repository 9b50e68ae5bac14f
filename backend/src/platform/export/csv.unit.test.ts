import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toCsv } from './csv.ts'

const nasty = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc
    .tuple(fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', "'", '＝', '"', ',', ';'), fc.string())
    .map((parts) => parts.join('')),
)
const readBack = (text: string) => text.replace(/^'/, '')

describe('a line of CSV', () => {
  test('is read back as it was, whatever is in it', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(nasty, nasty, nasty), { minLength: 1 }), (rows) => {
        const read = parse(toCsv(rows), { record_delimiter: '\r\n' }) as string[][]
        expect(read.map((row) => row.map(readBack))).toEqual(rows)
      }),
    )
  })

  test.each([
    ['=cmd|’ /C calc’!A0', "'=cmd|’ /C calc’!A0"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tx', "'\tx"],
    ['＝1', "'＝1"],
    ["'x", "''x"],
    ['a=b', 'a=b'],
    ['👩‍👩‍👧‍👦', '👩‍👩‍👧‍👦'],
  ])('has no formula in %s', (text, expected) => {
    expect(toCsv([[text]])).toBe(`${expected}\r\n`)
  })

  test('quotes as RFC 4180 says', () => {
    expect(toCsv([['a,b', 'say "x"', 'two\nlines', 'cr\rhere', '=1\r\n']])).toBe(
      '"a,b","say ""x""","two\nlines","cr\rhere","\'=1\r\n"\r\n',
    )
  })

  test('leaves numbers and what is unknown as they are', () => {
    expect(toCsv([[-1, 12n, 0.5, true, false, null]])).toBe('-1,12,0.5,true,false,\r\n')
  })
})
