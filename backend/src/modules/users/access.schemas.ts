import { Type, type Static } from '@sinclair/typebox'
import { permissions, type Permission } from '#identity'
import { Nullable, strictObject, StringEnum, Uuid } from '#platform/http'
import { OrganizationRole, PlatformRole } from './profile.schemas.ts'

export const permissionNames = Object.values(permissions) as [Permission, ...Permission[]]
const PermissionName = StringEnum(permissionNames, '`noun:verb`.')

export const OwnPermissions = strictObject(
  {
    organizationId: Nullable(Uuid(), { description: 'Where they hold: the current organization.' }),
    platformRole: PlatformRole,
    organizationRole: Nullable(OrganizationRole),
    permissions: Type.Array(PermissionName),
  },
  { $id: 'OwnPermissions', description: 'What the caller may do.' },
)
export type OwnPermissions = Static<typeof OwnPermissions>

export const Role = strictObject(
  {
    name: Type.String({ maxLength: 100 }),
    scope: StringEnum(['platform', 'organization'], 'Where the role is given.'),
    description: Type.String({ maxLength: 500 }),
    permissions: Type.Array(PermissionName),
  },
  { $id: 'Role' },
)
export type Role = Static<typeof Role>

export const PermissionDescription = strictObject(
  {
    name: PermissionName,
    platformRoles: Type.Array(PlatformRole, {
      description: 'Roles on the platform that have it everywhere.',
    }),
    organizationRoles: Type.Array(OrganizationRole, {
      description: 'Roles that have it in their organization.',
    }),
  },
  { $id: 'PermissionDescription' },
)
export type PermissionDescription = Static<typeof PermissionDescription>

export const AccessQuery = strictObject({
  permission: Type.Optional(
    Type.Array(PermissionName, {
      minItems: 1,
      maxItems: 100,
      description: 'May be given more than once; without it, all there are.',
    }),
  ),
})

export const AccessAnswer = strictObject(
  {
    isAllowed: Type.Boolean({ description: 'True when the caller has every one of them.' }),
    results: Type.Array(strictObject({ permission: PermissionName, isAllowed: Type.Boolean() })),
  },
  { $id: 'AccessAnswer' },
)
export type AccessAnswer = Static<typeof AccessAnswer>
