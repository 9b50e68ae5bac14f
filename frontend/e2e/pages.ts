// Every page that the console has, read from the router's own list, so that none can be forgotten.
import { readFileSync } from 'node:fs'
import type { BrowserContext } from 'playwright-core'

const ROUTER = new URL('../src/app/router.tsx', import.meta.url)

/** The sections of the settings are pages of their own, though the router has one path for them. */
function settingsSections(): string[] {
  const source = readFileSync(new URL('../src/features/settings/SettingsPage.tsx', import.meta.url), 'utf8')
  return [...source.matchAll(/^ {2}'?([a-z-]+)'?: lazy\(/gm)].map(([, name]) => name ?? '')
}

/** Paths as the router knows them, parameters as `$name`. */
export function routes(): string[] {
  const found = [...readFileSync(ROUTER, 'utf8').matchAll(/\bat\(\s*'([^']+)'/g)].map(
    ([, path]) => path ?? '',
  )
  if (found.length < 25) throw new Error(`Only ${String(found.length)} pages were found in the router.`)
  return found.flatMap((path) =>
    path === '/admin/settings/$section'
      ? settingsSections().map((section) => path.replace('$section', section))
      : [path],
  )
}

export const isForAdministrators = (path: string): boolean => path.startsWith('/admin')

/** Where to find one thing of each kind, and which of its fields stands in the address. */
const examples: Readonly<Record<string, { readonly list: string; readonly id?: string }>> = {
  '/models/$modelId': { list: '/api/v1/subscriptions?status=active&limit=1', id: 'modelId' },
  '/api-keys/$keyId': { list: '/api/v1/api-keys?limit=1' },
  '/teams/$teamId': { list: '/api/v1/teams?limit=1' },
  '/admin/users/$userId': { list: '/api/v1/admin/users?scope=platform&search=alice&limit=1' },
  '/admin/organizations/$organizationId': { list: '/api/v1/admin/organizations?search=Meridian&limit=1' },
  '/admin/models/$modelId': { list: '/api/v1/admin/models?search=aurora-70b&limit=1' },
}

/**
 * An address that can be opened: with an example of one's own where one has any, else of an administrator's. Undefined
 * where there is nothing to show.
 */
export async function addressOf(
  path: string,
  context: BrowserContext,
  other: BrowserContext = context,
): Promise<string | undefined> {
  if (!path.includes('$')) return path
  if (path === '/invitations/$token') return '/invitations/nobody-was-invited-with-this'
  const example = examples[path]
  if (!example) throw new Error(`Say in e2e/pages.ts where an example for ${path} is found.`)
  for (const one of [context, other]) {
    const response = await one.request.get(example.list)
    const { data } = (await response.json()) as { data?: readonly Record<string, unknown>[] }
    const id = data?.[0]?.[example.id ?? 'id']
    if (typeof id === 'string') return path.replace(/\$\w+/, id)
    // What is somebody's own is nobody else's.
    if (!isForAdministrators(path) && !path.startsWith('/models')) return undefined
  }
  throw new Error(`${example.list} has no example for ${path}.`)
}
