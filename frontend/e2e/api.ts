import { mintToken } from '@litemaas/scripts/sign-in'
import { inject } from 'vitest'

export type Call = <T = unknown>(method: string, path: string, body?: object) => Promise<T>

/** The API as a program of this person uses it: for what a journey finds already done. Answers `data`. */
export async function apiAs(person: string): Promise<Call> {
  const baseUrl = inject('baseUrl')
  const token = await mintToken(baseUrl, person)
  return async <T>(method: string, path: string, body?: object) => {
    const response = await fetch(new URL(path, baseUrl), {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path} answered ${String(response.status)}: ${text}`)
    return (text === '' ? undefined : (JSON.parse(text) as { data: T }).data) as T
  }
}
