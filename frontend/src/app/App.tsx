import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useMemo, type ReactNode } from 'react'
import { ApiError } from './api.ts'
import { router } from './router.tsx'
import { configurationQuery } from './session.ts'
import { CurrencyContext } from '../ui/formats.ts'
import { Toasts } from '../ui/Toasts.tsx'
import { InstallationContext } from '../ui/use-title.ts'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // The client itself repeats what can pass; a refusal stays a refusal.
      retry: (count, error) => !(error instanceof ApiError) && count < 2,
      refetchOnWindowFocus: true,
    },
  },
})

export function App() {
  return (
    <QueryClientProvider client={queries}>
      <Installation>
        <Toasts>
          <RouterProvider router={router} context={{ queries }} />
        </Toasts>
      </Installation>
    </QueryClientProvider>
  )
}

/** Its name in every title, and amounts everywhere in its currency. */
function Installation({ children }: { children: ReactNode }) {
  const { data } = useQuery(configurationQuery)
  const currency = data?.settings.display.currency ?? 'USD'
  const perUsd = data?.settings.display.currencyPerUsd ?? 1
  const value = useMemo(() => ({ currency, perUsd }), [currency, perUsd])
  return (
    <InstallationContext value={data?.settings.branding.title ?? 'LiteMaaS'}>
      <CurrencyContext value={value}>{children}</CurrencyContext>
    </InstallationContext>
  )
}
