import { useTranslation } from 'react-i18next'
import { useSession } from '../../app/session.ts'
import { SelectField } from '../../ui/fields.tsx'
import { rolesUpTo, type OrganizationRole } from './roles.ts'

interface RoleFieldProps {
  readonly value: OrganizationRole
  onChange(value: string): void
}

/** A role in an organization, with what it means. */
export function RoleField({ value, onChange }: RoleFieldProps) {
  const { t } = useTranslation(['people', 'common'])
  const { organizationRole, isPlatformAdmin } = useSession()
  const roles = rolesUpTo(organizationRole, isPlatformAdmin)
  const shown = roles.includes(value) ? roles : [value, ...roles]
  return (
    <SelectField
      name="role"
      label={t('member.role')}
      hint={t(`roleMeans.${value}`)}
      value={value}
      onChange={onChange}
      options={shown.map((role) => ({ value: role, label: t(`common:role.${role}`) }))}
    />
  )
}
