import { linkOptions } from '@tanstack/react-router'

interface Viewer {
  readonly isPlatformReader: boolean
  can(permission: string): boolean
}

/** The page about what an entry is about, for those who may see it; undefined where there is none. */
export function pageAbout(type: string | null, id: string | null, viewer: Viewer) {
  if (id === null || !isId(id)) return undefined
  if ((type === 'user' || type === 'member' || type === 'membership') && viewer.can('users:read'))
    return linkOptions({ to: '/admin/users/$userId', params: { userId: id } })
  if (type === 'team' && viewer.can('teams:read'))
    return linkOptions({ to: '/teams/$teamId', params: { teamId: id } })
  if (type === 'api_key' && viewer.can('keys:read-all'))
    return linkOptions({ to: '/api-keys/$keyId', params: { keyId: id } })
  if (!viewer.isPlatformReader) return undefined
  if (type === 'organization')
    return linkOptions({ to: '/admin/organizations/$organizationId', params: { organizationId: id } })
  if (type === 'model') return linkOptions({ to: '/admin/models/$modelId', params: { modelId: id } })
  return undefined
}

const isId = (text: string): boolean => /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(text)
