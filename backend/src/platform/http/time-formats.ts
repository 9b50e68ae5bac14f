const MOMENT = /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](\d\d):[0-5]\d)$/i
const EARLIEST = Date.parse('0001-01-02T00:00:00Z')
const LATEST = Date.parse('9999-12-31T23:59:59.999Z')
/** PostgreSQL knows zones up to 15:59 from Greenwich. */
const MAX_ZONE_HOURS = 15

/** A day of the calendar, `YYYY-MM-DD`, that both this process and PostgreSQL know: `2026-02-31` is none. */
export function isDay(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`)
  return at >= EARLIEST && at <= LATEST && new Date(at).toJSON().slice(0, 10) === text
}

/** A moment as in RFC 3339 that both this process and PostgreSQL can hold. */
export function isMoment(text: string): boolean {
  const [, day = '', , zoneHours = '0'] = MOMENT.exec(text) ?? []
  const at = Date.parse(text)
  return isDay(day) && Number(zoneHours) <= MAX_ZONE_HOURS && at >= EARLIEST && at <= LATEST
}
