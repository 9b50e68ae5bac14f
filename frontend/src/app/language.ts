import { chooseLanguage, type Language } from '../i18n/index.ts'
import { api } from './api.ts'

/**
 * With the account first, so that what the server writes (notifications, e-mails) speaks it when the pages ask anew. That
 * the account could not be told is no matter here.
 */
export async function chooseLanguageEverywhere(language: Language): Promise<void> {
  await api.updateProfile({ body: { language } }).catch(() => undefined)
  await chooseLanguage(language)
}
