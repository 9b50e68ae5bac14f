import {
  Alert,
  Button,
  Content,
  Form,
  List,
  ListItem,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
  Progress,
  Stack,
} from '@patternfly/react-core'
import { useId, useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { useScope } from '../../app/scope.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { TextField } from '../../ui/fields.tsx'
import { FormErrorsContext } from '../../ui/form-errors.ts'
import { batchesOf } from './bulk-revoke.ts'
import { useStaleKeys, type AdminApiKey } from './key-queries.ts'

interface BulkRevokeDialogProps {
  readonly keys: readonly AdminApiKey[]
  onDone(): void
  onClose(): void
}

interface Outcome {
  readonly done: number
  readonly revoked: number
  readonly already: number
  readonly missing: number
}

const NONE: Outcome = { done: 0, revoked: 0, already: 0, missing: 0 }
const SHOWN = 5

/** Revokes many keys, says how far it is, and what became of each. */
export function BulkRevokeDialog({ keys, onDone, onClose }: BulkRevokeDialogProps) {
  const { t } = useTranslation(['api-keys', 'common'])
  const id = useId()
  // The list behind the dialog goes on living.
  const [all] = useState(keys)
  const [reason, setReason] = useState('')
  const [isWrong, setIsWrong] = useState(false)
  const { outcome, error, isRunning, isOver, run } = useRevoking(all, reason.trim())
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (reason.trim().length < 3) return setIsWrong(true)
    setIsWrong(false)
    void run().then((isDone) => {
      if (isDone) onDone()
    })
  }
  const close = () => {
    if (!isRunning) onClose()
  }
  return (
    <Modal isOpen variant="small" onClose={close} aria-labelledby={`${id}-title`}>
      <ModalHeader
        title={
          isRunning || isOver ? t('bulk.act', { count: all.length }) : t('bulk.title', { count: all.length })
        }
        labelId={`${id}-title`}
        titleIconVariant="warning"
      />
      <ModalBody>
        {isRunning || isOver ? (
          <>
            <Progress
              aria-label={t('bulk.progress')}
              value={(outcome.done / all.length) * 100}
              {...(isOver
                ? { variant: error === undefined ? ('success' as const) : ('danger' as const) }
                : {})}
            />
            {isOver && <Result outcome={outcome} />}
            {error !== undefined && <ErrorState error={error} />}
          </>
        ) : (
          <Stack hasGutter>
            <Content component="p">{t('bulk.text')}</Content>
            <List isPlain>
              {all.slice(0, SHOWN).map((key) => (
                <ListItem key={key.id}>{t('bulk.one', { name: key.name, owner: key.displayName })}</ListItem>
              ))}
              {all.length > SHOWN && <ListItem>{t('models.more', { count: all.length - SHOWN })}</ListItem>}
            </List>
            <FormErrorsContext value={isWrong ? { reason: t('common:error.reasonMissing') } : {}}>
              <Form id={id} noValidate onSubmit={submit}>
                <TextField
                  name="reason"
                  label={t('ask.why')}
                  hint={t('bulk.whyHint')}
                  isRequired
                  maxLength={500}
                  value={reason}
                  onChange={setReason}
                />
              </Form>
            </FormErrorsContext>
          </Stack>
        )}
      </ModalBody>
      <ModalFooter>
        {isRunning || isOver ? (
          <Button isDisabled={isRunning} onClick={onClose}>
            {t('common:act.close')}
          </Button>
        ) : (
          <>
            <Button type="submit" form={id} variant="danger">
              {t('bulk.act', { count: all.length })}
            </Button>
            <Button variant="link" onClick={onClose}>
              {t('common:act.cancel')}
            </Button>
          </>
        )}
      </ModalFooter>
    </Modal>
  )
}

function Result({ outcome }: { outcome: Outcome }) {
  const { t } = useTranslation('api-keys')
  return (
    <div role="status">
      {outcome.revoked > 0 && (
        <Alert
          variant="success"
          isInline
          isPlain
          component="p"
          title={t('bulk.revoked', { count: outcome.revoked })}
        />
      )}
      {outcome.already > 0 && (
        <Content component="p">{t('bulk.already', { count: outcome.already })}</Content>
      )}
      {outcome.missing > 0 && (
        <Content component="p">{t('bulk.missing', { count: outcome.missing })}</Content>
      )}
    </div>
  )
}

function useRevoking(keys: readonly AdminApiKey[], reason: string) {
  const scope = useScope()
  const stale = useStaleKeys()
  const [outcome, setOutcome] = useState(NONE)
  const [error, setError] = useState<unknown>()
  const [phase, setPhase] = useState<'before' | 'running' | 'over'>('before')
  const run = async () => {
    setPhase('running')
    let isDone = false
    try {
      let sum = NONE
      for (const { organizationId, ids } of batchesOf(keys)) {
        const query = scope.target(organizationId).query(reason)
        const { data } = await api.revokeManyApiKeys({ query, body: { ids: [...ids], reason } })
        const count = (wanted: string) => data.results.filter((one) => one.outcome === wanted).length
        sum = {
          done: sum.done + ids.length,
          revoked: sum.revoked + count('revoked'),
          already: sum.already + count('already_revoked'),
          missing: sum.missing + count('not_found'),
        }
        setOutcome(sum)
      }
      isDone = true
    } catch (thrown) {
      setError(thrown)
    }
    setPhase('over')
    await stale()
    return isDone
  }
  return {
    outcome,
    error,
    isRunning: phase === 'running',
    isOver: phase === 'over' && error === undefined,
    run,
  }
}
