import { Label } from '@patternfly/react-core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useScope } from '../../app/scope.tsx'
import { PersonName } from '../people/PersonName.tsx'
import type { Team } from './team-queries.ts'

/** A team in a list: its name leads to its page. */
export function TeamName({ team }: { team: Team }) {
  const { search } = useScope()
  return (
    <PersonName detail={team.description === '' ? null : team.description}>
      <Link to="/teams/$teamId" params={{ teamId: team.id }} search={search}>
        {team.name}
      </Link>{' '}
      <TeamLabels team={team} />
    </PersonName>
  )
}

export function TeamLabels({ team }: { team: Team }) {
  const { t } = useTranslation('teams')
  return (
    <>
      {team.isDefault && (
        <Label isCompact variant="outline">
          {t('isDefault')}
        </Label>
      )}
      {team.isArchived && (
        <Label isCompact variant="outline" status="warning">
          {t('isArchived')}
        </Label>
      )}
    </>
  )
}
