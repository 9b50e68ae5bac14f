import {
  ActionGroup,
  Alert,
  Button,
  Content,
  Form,
  FormGroup,
  Label,
  LabelGroup,
  Radio,
  Skeleton,
} from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Success } from '@litemaas/client'
import { api } from '../../app/api.ts'
import { useSession } from '../../app/session.ts'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { useToasts } from '../../ui/Toasts.tsx'
import { MultiTypeahead } from '../../ui/Typeahead.tsx'
import { useModelChoices } from '../people/model-choices.ts'
import {
  organizationModelsQuery,
  useChangedOrganizations,
  type Organization,
} from './organization-queries.ts'

type Models = Success<'getOrganizationModels'>['data']

/** Which models an organization may use: all, or those of a list. */
export function OrganizationModelsTab({ organization }: { organization: Organization }) {
  const { isPlatformAdmin } = useSession()
  const { data, error, refetch } = useQuery(organizationModelsQuery(organization.id))
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!data) return <Skeleton height="12rem" />
  // What somebody else saved begins the form anew.
  return isPlatformAdmin ? (
    <ModelsForm key={data.version} organization={organization} models={data} />
  ) : (
    <ModelNames models={data} />
  )
}

/** For who may only look. */
function ModelNames({ models }: { models: Models }) {
  const { t } = useTranslation('organizations')
  const { choices, choiceOf } = useModelChoices()
  if (!models.isRestrictedToList) return <Content component="p">{t('models.all')}</Content>
  if (choices === undefined) return <Skeleton height="12rem" />
  return (
    <>
      <Content component="p">{t('models.listed')}</Content>
      <LabelGroup numLabels={models.modelIds.length} aria-label={t('models.list')}>
        {models.modelIds.map((id) => (
          <Label key={id} variant="outline">
            {choiceOf(id).label}
          </Label>
        ))}
      </LabelGroup>
    </>
  )
}

function ModelsForm({ organization, models }: { organization: Organization; models: Models }) {
  const { t } = useTranslation(['organizations', 'common'])
  const { search, choiceOf } = useModelChoices()
  const id = useId()
  const [isListed, setIsListed] = useState(models.isRestrictedToList)
  const [ids, setIds] = useState<readonly string[]>(models.modelIds)
  const [isAsking, setIsAsking] = useState(false)
  const isChanged =
    isListed !== models.isRestrictedToList || (isListed && ids.join() !== [...models.modelIds].join())
  const removed = isListed ? countGone(models, ids) : 0
  return (
    <Form
      isWidthLimited
      onSubmit={(event) => {
        event.preventDefault()
        setIsAsking(true)
      }}
    >
      <FormGroup role="radiogroup" label={t('models.title')} isStack>
        <Radio
          id={`${id}-all`}
          name={`${id}-models`}
          label={t('models.all')}
          description={t('models.allHint')}
          isChecked={!isListed}
          onChange={() => setIsListed(false)}
        />
        <Radio
          id={`${id}-list`}
          name={`${id}-models`}
          label={t('models.listed')}
          description={t('models.listedHint')}
          isChecked={isListed}
          onChange={() => setIsListed(true)}
        />
      </FormGroup>
      {isListed && (
        <MultiTypeahead
          name="modelIds"
          label={t('models.list')}
          queryKey={['models', 'organization-choices']}
          search={search}
          values={ids.map(choiceOf)}
          onChange={(chosen) => setIds(chosen.map((one) => one.value))}
        />
      )}
      {isListed && ids.length === 0 && (
        <Alert variant="warning" isInline component="p" title={t('models.empty')} />
      )}
      <ActionGroup>
        <Button type="submit" isDisabled={!isChanged}>
          {t('common:act.save')}
        </Button>
        {isChanged && (
          <Button
            variant="link"
            onClick={() => {
              setIsListed(models.isRestrictedToList)
              setIds(models.modelIds)
            }}
          >
            {t('models.reset')}
          </Button>
        )}
      </ActionGroup>
      {isAsking && (
        <SaveDialog
          organization={organization}
          body={{ isRestrictedToList: isListed, modelIds: [...ids], version: models.version }}
          removed={removed}
          onClose={() => setIsAsking(false)}
        />
      )}
    </Form>
  )
}

/** How many that were allowed by the list are so no more; unknown while all were. */
const countGone = (before: Models, ids: readonly string[]): number =>
  before.isRestrictedToList ? before.modelIds.filter((one) => !ids.includes(one)).length : 0

interface SaveDialogProps {
  readonly organization: Organization
  readonly body: { isRestrictedToList: boolean; modelIds: string[]; version: number }
  readonly removed: number
  onClose(): void
}

function SaveDialog({ organization, body, removed, onClose }: SaveDialogProps) {
  const { t } = useTranslation(['organizations', 'common'])
  const changed = useChangedOrganizations()
  const { say } = useToasts()
  const isNarrower = removed > 0 || (body.isRestrictedToList && !organization.isRestrictedToList)
  return (
    <ConfirmDialog
      title={t('models.saveTitle', { name: organization.name })}
      act={t('common:act.save')}
      isDanger={isNarrower}
      reason={{ label: t('suspend.reason'), isRequired: isNarrower }}
      onConfirm={async (reason) => {
        const path = { id: organization.id }
        await api.setOrganizationModels({ path, body: { ...body, ...(reason === '' ? {} : { reason }) } })
        await changed('models', 'api-keys', 'teams')
        say(t('models.saved', { name: organization.name }))
      }}
      onClose={onClose}
    >
      <p>{isNarrower ? t('models.narrower') : t('models.wider')}</p>
      {removed > 0 && <p>{t('models.removed', { count: removed })}</p>}
    </ConfirmDialog>
  )
}
