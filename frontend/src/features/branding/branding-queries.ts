import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Success } from '@litemaas/client'
import { api } from '../../app/api.ts'

export type BrandingImage = Success<'putBrandingImage'>['data']
export type Slot = BrandingImage['slot']

function useStale() {
  const queries = useQueryClient()
  return () => queries.invalidateQueries({ queryKey: ['configuration'] })
}

export function useUploadImage(slot: Slot) {
  return useMutation({
    mutationFn: (file: File) => api.putBrandingImage({ path: { slot }, body: file }),
    onSuccess: useStale(),
  })
}

export function useRemoveImage(slot: Slot) {
  return useMutation({
    mutationFn: () => api.deleteBrandingImage({ path: { slot } }),
    onSuccess: useStale(),
  })
}
