import { Button, Card, CardBody, CardFooter, CardTitle, Flex, Skeleton } from '@patternfly/react-core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { useSession } from '../../app/session.ts'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { TextField } from '../../ui/fields.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { useFormats } from '../../ui/formats.ts'
import { useToasts } from '../../ui/Toasts.tsx'
import { useLimitFacts } from '../people/use-limit-facts.ts'
import {
  currentOrganizationQuery,
  useChangedOrganizations,
  type CurrentOrganization,
} from './organization-queries.ts'

/** The organization that one works in: its name is its own to choose, its limits are the platform's. */
export function OwnOrganizationTab() {
  const { t } = useTranslation('organizations')
  const { can, organizationRole, isReadOnly } = useSession()
  const { date } = useFormats()
  const limitFacts = useLimitFacts()
  const { data, error, refetch } = useQuery(currentOrganizationQuery)
  const [act, setAct] = useState<'rename' | 'leave'>()
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!data) return <Skeleton height="12rem" />
  const close = () => setAct(undefined)
  const facts = [
    { term: t('form.name'), value: data.name },
    { term: t('column.since'), value: date(data.createdAt) },
    { term: t('models.title'), value: t(data.isRestrictedToList ? 'models.listed' : 'models.all') },
    ...limitFacts(data),
  ]
  return (
    <Card>
      <CardTitle component="h2">{data.name}</CardTitle>
      <CardBody>
        <Facts facts={facts} columns={3} />
      </CardBody>
      <CardFooter>
        <Flex gap={{ default: 'gapSm' }}>
          {can('organizations:update') && (
            <Button variant="secondary" onClick={() => setAct('rename')}>
              {t('rename.act')}
            </Button>
          )}
          {organizationRole !== null && !isReadOnly && (
            <Button variant="secondary" isDanger onClick={() => setAct('leave')}>
              {t('leave.act')}
            </Button>
          )}
        </Flex>
      </CardFooter>
      {act === 'rename' && <RenameDialog organization={data} onClose={close} />}
      {act === 'leave' && <LeaveDialog organization={data} onClose={close} />}
    </Card>
  )
}

interface DialogProps {
  readonly organization: CurrentOrganization
  onClose(): void
}

function RenameDialog({ organization, onClose }: DialogProps) {
  const { t } = useTranslation(['organizations', 'common'])
  const changed = useChangedOrganizations()
  const { say } = useToasts()
  const [name, setName] = useState(organization.name)
  const send = async () => {
    await api.renameOrganization({ body: { name: name.trim() } }, { ifMatch: organization.version })
    await changed('session')
    say(t('edit.done', { name: name.trim() }))
  }
  return (
    <FormDialog
      title={t('rename.title', { name: organization.name })}
      act={t('common:act.save')}
      size="small"
      check={() => (name.trim() === '' ? { name: t('form.nameMissing') } : {})}
      onSubmit={send}
      onClose={onClose}
    >
      <TextField
        name="name"
        label={t('form.name')}
        value={name}
        onChange={setName}
        maxLength={200}
        isRequired
      />
    </FormDialog>
  )
}

/** Everything on every page belonged to it, so all is read anew. */
function LeaveDialog({ organization, onClose }: { organization: { name: string }; onClose(): void }) {
  const { t } = useTranslation('organizations')
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { say } = useToasts()
  return (
    <ConfirmDialog
      title={t('leave.title', { name: organization.name })}
      act={t('leave.act')}
      isDanger
      onConfirm={async () => {
        await api.leaveOrganization()
        say(t('leave.done', { name: organization.name }))
        await navigate({ to: '/', search: {} })
        await queries.resetQueries()
      }}
      onClose={onClose}
    >
      {t('leave.text')}
    </ConfirmDialog>
  )
}
