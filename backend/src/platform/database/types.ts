import pg from 'pg'

const INT8 = 20
const INT8_ARRAY = 1016
const DATE = 1082
const TIMESTAMPTZ = 1184

/** Connections run in UTC, so the text is always `YYYY-MM-DD HH:MM:SS[.ffffff]+00`; all digits are kept. */
function isoFromTimestamp(text: string): string {
  if (!text.endsWith('+00')) return text
  return `${text.slice(0, 10)}T${text.slice(11, -3)}Z`
}

/** int8 as bigint, timestamptz as an ISO 8601 string in UTC with microseconds, date as `YYYY-MM-DD`. */
export function typeParsers(): pg.CustomTypesConfig {
  const overrides = new pg.TypeOverrides()
  overrides.setTypeParser(INT8, BigInt)
  overrides.setTypeParser(INT8_ARRAY, (text: string) =>
    text === '{}'
      ? []
      : text
          .slice(1, -1)
          .split(',')
          .map((item) => (item === 'NULL' ? null : BigInt(item))),
  )
  overrides.setTypeParser(DATE, (text: string) => text)
  overrides.setTypeParser(TIMESTAMPTZ, isoFromTimestamp)
  return overrides
}
