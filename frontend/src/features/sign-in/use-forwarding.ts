import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { sessionQuery } from '../../app/session.ts'
import type { SignInSearch } from './sign-in-search.ts'

/** Whoever comes here by a bookmark and is signed in already goes on to the start page; everybody else was sent here. */
export function useForwarding({ returnTo, expired, error }: SignInSearch): void {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const wasSent = returnTo !== undefined || expired === true || error !== undefined
  useEffect(() => {
    if (wasSent) return
    queries.ensureQueryData(sessionQuery).then(
      () => navigate({ to: '/', search: {}, replace: true }),
      () => undefined,
    )
  }, [wasSent, queries, navigate])
}
