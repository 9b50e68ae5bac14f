import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useScope } from '../../app/scope.tsx'
import { useSession } from '../../app/session.ts'
import type { Dimension, Group } from './usage-source.ts'

interface GroupNameProps {
  readonly group: Group
  readonly dimension: Dimension
}

/** A name that leads to its page, for those who may see that page; whose it is in small letters below. */
export function GroupName({ group, dimension }: GroupNameProps) {
  const scope = useScope()
  const organization =
    scope.isAll && dimension !== 'organization' && group.organizationId !== null
      ? scope.nameOf(group.organizationId)
      : ''
  const below = [dimension === 'key' ? group.username : null, organization].filter(Boolean).join(' · ')
  return (
    <>
      <LinkedName group={group} dimension={dimension} />
      {below !== '' && (
        <div>
          <small className="lm-subtle">{below}</small>
        </div>
      )}
    </>
  )
}

function LinkedName({ group, dimension }: GroupNameProps) {
  const { t } = useTranslation('usage')
  const { can, isPlatformReader } = useSession()
  const { search } = useScope()
  const { id } = group
  const name = group.name ?? t(`nobody.${dimension}`)
  if (id === null) return <>{name}</>
  if (dimension === 'user' && can('users:read'))
    return (
      <Link to="/admin/users/$userId" params={{ userId: id }} search={search as never}>
        {name}
      </Link>
    )
  if (dimension === 'model' && isPlatformReader)
    return (
      <Link to="/admin/models/$modelId" params={{ modelId: id }} search={search as never}>
        {name}
      </Link>
    )
  if (dimension === 'organization' && isPlatformReader)
    return (
      <Link to="/admin/organizations/$organizationId" params={{ organizationId: id }}>
        {name}
      </Link>
    )
  return <>{name}</>
}
