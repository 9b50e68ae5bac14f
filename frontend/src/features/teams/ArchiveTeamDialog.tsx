import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import type { ActTarget } from '../../app/scope.tsx'
import { useConfirmReason } from '../../app/use-reason.tsx'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { useToasts } from '../../ui/Toasts.tsx'
import { useChangedTeams, type Team } from './team-queries.ts'

interface ArchiveTeamDialogProps {
  readonly team: Team
  readonly target: ActTarget
  onClose(): void
}

export function ArchiveTeamDialog({ team, target, onClose }: ArchiveTeamDialogProps) {
  const { t } = useTranslation('teams')
  const confirmReason = useConfirmReason()
  const changed = useChangedTeams()
  const { say } = useToasts()
  return (
    <ConfirmDialog
      title={t('archive.title', { name: team.name })}
      act={t('archive.act')}
      isDanger
      {...confirmReason(target)}
      onConfirm={async (why) => {
        await api.archiveTeam({ path: { id: team.id }, query: target.query(why) })
        await changed()
        say(t('archive.done', { name: team.name }))
      }}
      onClose={onClose}
    >
      <p>{t('archive.text')}</p>
      <p>
        {t('archive.members', { count: team.members })} {t('archive.keys', { count: team.keys })}
      </p>
    </ConfirmDialog>
  )
}
