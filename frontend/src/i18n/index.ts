import i18next, { type BackendModule } from 'i18next'
import { initReactI18next } from 'react-i18next'
import common from './locales/en/common.json' with { type: 'json' }

export const languages = ['en', 'fr', 'de', 'es', 'ja'] as const
export type Language = (typeof languages)[number]

/** In their own words, for the language menu. */
export const languageNames: Readonly<Record<Language, string>> = {
  en: 'English',
  fr: 'Français',
  de: 'Deutsch',
  es: 'Español',
  ja: '日本語',
}

const KEY = 'litemaas.language'
const files = import.meta.glob<{ default: Record<string, unknown> }>([
  './locales/*/*.json',
  // Always there, see below.
  '!./locales/en/common.json',
])

/** One file for each language and feature, fetched when a page of that feature is opened. */
const lazyFiles: BackendModule = {
  type: 'backend',
  init: () => undefined,
  read(language, namespace, done) {
    const load = files[`./locales/${language}/${namespace}.json`]
    if (!load) return done(new Error(`no texts for ${language}/${namespace}`), false)
    load().then(
      (file) => done(null, file.default),
      (error: unknown) => done(error instanceof Error ? error : new Error(String(error)), false),
    )
  },
}

const supported = (wanted: string | null | undefined): Language | undefined =>
  languages.find((language) => wanted === language || wanted?.startsWith(`${language}-`))

export function currentLanguage(): Language {
  return supported(i18next.language) ?? 'en'
}

/** The language that was chosen here, else what the browser prefers. */
export async function startTranslations(): Promise<void> {
  const preferred = supported(localStorage.getItem(KEY)) ?? navigator.languages.map(supported).find(Boolean)
  await i18next
    .use(lazyFiles)
    .use(initReactI18next)
    .init({
      lng: preferred ?? 'en',
      fallbackLng: 'en',
      supportedLngs: [...languages],
      ns: ['common'],
      defaultNS: 'common',
      resources: { en: { common } },
      partialBundledLanguages: true,
      interpolation: { escapeValue: false },
      returnNull: false,
    })
  document.documentElement.lang = currentLanguage()
  i18next.on('languageChanged', () => {
    document.documentElement.lang = currentLanguage()
  })
}

/** The account's language, in a browser in which nobody has chosen one. True when that changed what is spoken. */
export async function followLanguage(wanted: string | null): Promise<boolean> {
  const language = supported(wanted)
  if (supported(localStorage.getItem(KEY)) !== undefined) return false
  if (language === undefined || language === currentLanguage()) return false
  await i18next.changeLanguage(language)
  return true
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEY, language)
  await i18next.changeLanguage(language)
}
