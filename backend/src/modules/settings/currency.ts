import { ApplicationError } from '#platform/errors'
import { codes } from './settings.errors.ts'

/** ISO 4217, as the runtime's own tables know it. */
const CURRENCIES: ReadonlySet<unknown> = new Set(Intl.supportedValuesOf('currency'))

/** 422 for three letters that are no currency. */
export function assertKnownCurrency(currency: unknown): void {
  if (currency === undefined || CURRENCIES.has(currency)) return
  throw ApplicationError.unprocessable('This is no ISO 4217 currency.', codes.CURRENCY_UNKNOWN, {
    field: 'currency',
  })
}
