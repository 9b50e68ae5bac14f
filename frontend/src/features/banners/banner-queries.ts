import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { Arguments, Success } from '@litemaas/client'
import { api } from '../../app/api.ts'

export type Banner = Success<'listBanners'>['data'][number]
export type NewBanner = Arguments<'createBanner'>['body']
export type BannerChange = Arguments<'updateBanner'>['body']

export const bannersQuery = (query: { limit: number; offset: number; isEnabled?: boolean }) =>
  queryOptions({
    queryKey: ['banners', 'all', query],
    queryFn: () => api.listBanners({ query }),
    placeholderData: keepPreviousData,
  })

function useStale() {
  const queries = useQueryClient()
  return async () => {
    await queries.invalidateQueries({ queryKey: ['banners'] })
    // The sign-in page shows some of them.
    void queries.invalidateQueries({ queryKey: ['configuration'] })
  }
}

export function useCreateBanner() {
  return useMutation({ mutationFn: (body: NewBanner) => api.createBanner({ body }), onSuccess: useStale() })
}

export function useChangeBanner() {
  return useMutation({
    mutationFn: ({ banner, body }: { banner: Banner; body: BannerChange }) =>
      api.updateBanner({ path: { id: banner.id }, body }, { ifMatch: banner.version }),
    onSuccess: useStale(),
  })
}

export function useDeleteBanner() {
  return useMutation({
    mutationFn: (id: string) => api.deleteBanner({ path: { id } }),
    onSuccess: useStale(),
  })
}
