import type { QueryClient } from '@tanstack/react-query'
import { followLanguage } from '../i18n/index.ts'
import { followTheme, hasChosenTheme } from '../ui/theme.ts'
import { api } from './api.ts'
import type { Session } from './session.ts'

let followed: string | undefined

/**
 * Language and theme of the account, once for whoever has signed in, before the first page is drawn. A choice made in this
 * browser stays; that the account could not be asked is no matter here.
 */
export async function followAccount({ user }: Pick<Session, 'user'>, queries: QueryClient): Promise<void> {
  if (followed === user.id) return
  followed = user.id
  const theme = hasChosenTheme()
    ? undefined
    : await api.getProfile().then(
        ({ data }) => data.theme ?? undefined,
        () => undefined,
      )
  followTheme(theme)
  // What was asked for already is in another language.
  if (await followLanguage(user.language)) await queries.invalidateQueries({ queryKey: ['configuration'] })
}
