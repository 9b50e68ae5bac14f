import { chooseTheme, type Theme } from '../ui/theme.ts'
import { api } from './api.ts'

/** Here at once, and with the account, so that the next browser knows it. That the account could not be told is no matter here. */
export async function chooseThemeEverywhere(theme: Theme): Promise<void> {
  chooseTheme(theme)
  await api.updateProfile({ body: { theme } }).catch(() => undefined)
}
