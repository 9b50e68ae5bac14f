import { Button, Card, CardBody, CardTitle, Content, Label } from '@patternfly/react-core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { useSwitchOrganization } from '../../app/OrganizationMenu.tsx'
import { sessionQuery, useSession } from '../../app/session.ts'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { DataTable, type Column } from '../../ui/DataTable.tsx'
import { useToasts } from '../../ui/Toasts.tsx'
import type { Profile } from './profile-queries.ts'

type Membership = Profile['memberships'][number]

/** Where one belongs, and which of it one works in. One leaves the organization that one works in. */
export function Memberships({ profile }: { profile: Profile }) {
  const { t } = useTranslation('profile')
  const { isReadOnly } = useSession()
  const change = useSwitchOrganization()
  const [leaving, setLeaving] = useState<Membership>()
  const columns: ReadonlyArray<Column<Membership>> = [
    {
      key: 'name',
      title: t('organization'),
      render: (row) => (
        <>
          {row.organizationName}{' '}
          {row.organizationId === profile.organizationId && (
            <Label isCompact color="blue">
              {t('current')}
            </Label>
          )}
        </>
      ),
    },
    { key: 'role', title: t('role'), render: (row) => t(`common:role.${row.role}`) },
    {
      key: 'acts',
      title: t('acts'),
      isActions: true,
      render: (row) =>
        row.organizationId === profile.organizationId ? (
          // Whoever only reads changes no membership either.
          !isReadOnly && (
            <Button variant="link" isInline isDanger onClick={() => setLeaving(row)}>
              {t('leave')}
            </Button>
          )
        ) : (
          <Button variant="link" isInline onClick={() => change(row.organizationId)}>
            {t('workHere')}
          </Button>
        ),
    },
  ]
  return (
    <Card isFullHeight>
      <CardTitle component="h2">{t('memberships')}</CardTitle>
      <CardBody>
        {profile.memberships.length === 0 ? (
          <Content component="p">{t('noMemberships')}</Content>
        ) : (
          <DataTable
            label={t('memberships')}
            columns={columns}
            rows={profile.memberships}
            idOf={(row) => row.organizationId}
          />
        )}
      </CardBody>
      {leaving && <LeaveDialog name={leaving.organizationName} onClose={() => setLeaving(undefined)} />}
    </Card>
  )
}

function LeaveDialog({ name, onClose }: { name: string; onClose: () => void }) {
  const { t } = useTranslation('profile')
  const navigate = useNavigate()
  const queries = useQueryClient()
  const { say } = useToasts()
  return (
    <ConfirmDialog
      title={t('leaveTitle', { name })}
      act={t('leave')}
      isDanger
      onConfirm={async () => {
        await api.leaveOrganization()
        say(t('left', { name }))
        await navigate({ to: '/', search: {} })
        await queries.invalidateQueries({ queryKey: sessionQuery.queryKey })
        void queries.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' })
      }}
      onClose={onClose}
    >
      {t('leaveText')}
    </ConfirmDialog>
  )
}
