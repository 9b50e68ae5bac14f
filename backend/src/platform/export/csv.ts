import { stringify } from 'csv-stringify/sync'

/** What a spreadsheet takes for a formula, its full-width twins too; and the mark itself, so that it can be taken off again. */
const FORMULA = /^[=+\-@\t\r\n'＝＋－＠]/

/** Text that a spreadsheet would run gets an apostrophe in front. To read it back, take one leading apostrophe off. */
const asText = (text: string): string => (FORMULA.test(text) ? `'${text}` : text)

/** Lines of RFC 4180, each with its end. */
export function toCsv(rows: ReadonlyArray<readonly unknown[]>): string {
  return stringify(rows as unknown[][], {
    record_delimiter: 'windows',
    quoted_match: /[\r\n]/,
    cast: { string: asText, boolean: String },
  })
}
