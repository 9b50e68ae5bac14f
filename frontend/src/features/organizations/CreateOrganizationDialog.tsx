import { FormGroup, Radio } from '@patternfly/react-core'
import { useNavigate } from '@tanstack/react-router'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { TextField } from '../../ui/fields.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { useToasts } from '../../ui/Toasts.tsx'
import { Typeahead, type Choice } from '../../ui/Typeahead.tsx'
import { searchPeople } from '../people/member-choices.ts'
import { LinkOnce } from './LinkOnce.tsx'
import { useChangedOrganizations } from './organization-queries.ts'

const ways = ['person', 'email', 'link'] as const
type Way = (typeof ways)[number]

/** A new organization with its first administrator: somebody known at once, or whoever accepts an invitation. */
export function CreateOrganizationDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation('organizations')
  const changed = useChangedOrganizations()
  const navigate = useNavigate()
  const { say } = useToasts()
  const [name, setName] = useState('')
  const [way, setWay] = useState<Way>('person')
  const [person, setPerson] = useState<Choice | null>(null)
  const [email, setEmail] = useState('')
  const [link, setLink] = useState<{ url: string; id: string }>()
  const id = useId()
  const open = (organizationId: string) =>
    void navigate({ to: '/admin/organizations/$organizationId', params: { organizationId }, search: {} })
  const check = () => ({
    ...(name.trim() === '' ? { name: t('form.nameMissing') } : {}),
    ...(way === 'person' && person === null ? { administratorId: t('create.personMissing') } : {}),
    ...(way === 'email' && email.trim() === '' ? { administratorEmail: t('create.emailMissing') } : {}),
  })
  const send = async () => {
    const { data } = await api.createOrganization({
      body: {
        name: name.trim(),
        ...(way === 'person' && person ? { administratorId: person.value } : {}),
        ...(way === 'email' ? { administratorEmail: email.trim() } : {}),
      },
    })
    await changed()
    say(t('create.done', { name: data.name }))
    const url = data.invitation?.url
    if (url) return setLink({ url, id: data.id })
    onClose()
    open(data.id)
  }
  if (link)
    return (
      <LinkOnce
        url={link.url}
        onClose={() => {
          onClose()
          open(link.id)
        }}
      />
    )
  return (
    <FormDialog
      title={t('create.title')}
      act={t('create.act')}
      staysOpen
      check={check}
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
      <FormGroup role="radiogroup" label={t('create.administrator')} isStack>
        {ways.map((one) => (
          <Radio
            key={one}
            id={`${id}-${one}`}
            name={`${id}-way`}
            label={t(`create.way.${one}`)}
            description={t(`create.wayHint.${one}`)}
            isChecked={way === one}
            onChange={() => setWay(one)}
          />
        ))}
      </FormGroup>
      {way === 'person' && (
        <Typeahead
          name="administratorId"
          label={t('create.person')}
          queryKey={['users', 'everybody']}
          search={searchPeople}
          value={person}
          onChange={setPerson}
          isRequired
        />
      )}
      {way === 'email' && (
        <TextField
          name="administratorEmail"
          label={t('create.email')}
          type="email"
          value={email}
          onChange={setEmail}
          maxLength={320}
          isRequired
        />
      )}
    </FormDialog>
  )
}
