import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { Success } from '@litemaas/client'
import { api } from '../../app/api.ts'

type Settings = Success<'listSettings'>['data']
export type SectionName = keyof Settings
export type Section<S extends SectionName> = Settings[S]
export type Values<S extends SectionName> = Settings[S]['values']

export const settingsQuery = queryOptions({
  queryKey: ['settings', 'all'],
  queryFn: async () => (await api.listSettings()).data,
})

interface Change<S extends SectionName> {
  readonly body: Partial<Values<S>>
  readonly version: number
}

/** Each section has its own operation; only what was changed is sent. */
const savers: { [S in SectionName]: (change: Change<S>) => Promise<unknown> } = {
  'api-keys': ({ body, version }) => api.updateApiKeysSettings({ body }, { ifMatch: version }),
  users: ({ body, version }) => api.updateUsersSettings({ body }, { ifMatch: version }),
  display: ({ body, version }) => api.updateDisplaySettings({ body }, { ifMatch: version }),
  branding: ({ body, version }) => api.updateBrandingSettings({ body }, { ifMatch: version }),
  'rate-limits': ({ body, version }) => api.updateRateLimitsSettings({ body }, { ifMatch: version }),
  retention: ({ body, version }) => api.updateRetentionSettings({ body }, { ifMatch: version }),
}

export function useSaveSection<S extends SectionName>(section: S) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (change: Change<S>) => savers[section](change),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['settings'] })
      // Title and currency are on every page.
      void queries.invalidateQueries({ queryKey: ['configuration'] })
    },
  })
}
