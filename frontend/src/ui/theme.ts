export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const KEY = 'litemaas.theme'
const prefersDark = matchMedia('(prefers-color-scheme: dark)')
const listeners = new Set<() => void>()

/** What the account says, for a browser in which nobody has chosen. Not kept: the next person has another account. */
let ofAccount: Theme | undefined

const chosenTheme = (): Theme | undefined => {
  const stored = localStorage.getItem(KEY)
  return themes.find((theme) => theme === stored)
}

export const hasChosenTheme = (): boolean => chosenTheme() !== undefined

/** The choice made in this browser, else the account's; no secret is ever kept here. */
export const storedTheme = (): Theme => chosenTheme() ?? ofAccount ?? 'system'

/** Counts until something is chosen here. */
export function followTheme(theme: Theme | undefined): void {
  ofAccount = theme
  applyTheme(storedTheme())
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(KEY, theme)
  applyTheme(theme)
}

/** PatternFly turns dark by a class of the root element. */
export function applyTheme(theme: Theme): void {
  const isDark = theme === 'dark' || (theme === 'system' && prefersDark.matches)
  document.documentElement.classList.toggle('pf-v6-theme-dark', isDark)
  for (const listener of listeners) listener()
}
prefersDark.addEventListener('change', () => applyTheme(storedTheme()))

/** For charts, which draw their own colours. */
export const themeStore = {
  subscribe(listener: () => void) {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  },
  isDark: () => document.documentElement.classList.contains('pf-v6-theme-dark'),
}
