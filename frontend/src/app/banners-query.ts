import { queryOptions } from '@tanstack/react-query'
import type { Language } from '../i18n/index.ts'
import { api } from './api.ts'

/** What administrators announce to this person now, in a language. */
export const shownBannersQuery = (language: Language) =>
  queryOptions({
    queryKey: ['banners', language],
    queryFn: async () => (await api.listShownBanners({ query: { language } })).data,
  })
