import {
  Alert,
  Button,
  List,
  ListItem,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
  Progress,
} from '@patternfly/react-core'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../app/api.ts'
import { useScope } from '../../app/scope.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { DateField, TextAreaField } from '../../ui/fields.tsx'
import { useErrorText } from '../../ui/use-error-text.ts'
import { useToasts } from '../../ui/Toasts.tsx'
import { isDanger, needsReason, type ReviewAct } from './review-acts.ts'
import { useReviewing, type ActResult, type SubscriptionRequest } from './request-queries.ts'

interface ReviewDialogProps {
  readonly act: ReviewAct
  readonly rows: readonly SubscriptionRequest[]
  /** Told when it is over, whatever came of it. */
  onDone(): void
  onClose(): void
}

const SHORTEST = 3

/** One act on one or many: asks why, shows how far it is, and says what did not work for whom. */
export function ReviewDialog({ act, rows, onDone, onClose }: ReviewDialogProps) {
  const { t } = useTranslation(['requests', 'subscriptions'])
  const { say } = useToasts()
  const scope = useScope()
  const review = useReviewing()
  const [why, setWhy] = useState('')
  const [until, setUntil] = useState('')
  const [done, setDone] = useState<number>()
  const [results, setResults] = useState<readonly ActResult[]>()
  const [first] = rows
  const count = rows.length
  const names = { count, model: first?.modelName ?? '', person: first?.displayName ?? '' }
  const isElsewhere = rows.some((row) => scope.target(row.organizationId).needsReason)
  const isRequired = needsReason(act) || isElsewhere
  const submit = async () => {
    const found = await review({
      act,
      rows,
      reason: why.trim(),
      expiresAt: until === '' ? undefined : `${until}T23:59:59Z`,
      onProgress: setDone,
    })
    onDone()
    if (found.some(({ error }) => error !== undefined)) return setResults(found)
    say(
      count === 1 ? t(`done.${act}`, names) : t(act === 'deny' ? 'done.denyMany' : 'done.approveMany', names),
    )
    onClose()
  }
  if (results) return <Results results={results} onClose={onClose} />
  return (
    <FormDialog
      title={
        count === 1
          ? t(`ask.${act}.title`, names)
          : t(act === 'deny' ? 'ask.denyMany' : 'ask.approveMany', names)
      }
      description={t(`ask.${act}.text`, names)}
      act={t(`act.${act}`)}
      isDanger={isDanger(act)}
      check={() =>
        isRequired && why.trim().length < SHORTEST ? { reason: t('common:error.reasonMissing') } : {}
      }
      onSubmit={submit}
      onClose={onClose}
      staysOpen
    >
      <TextAreaField
        name="reason"
        label={t('ask.reason')}
        hint={isElsewhere ? t('ask.reasonElsewhere') : t('ask.reasonHint')}
        value={why}
        onChange={setWhy}
        maxLength={isElsewhere ? 500 : 1000}
        isRequired={isRequired}
      />
      {act === 'approve' && count === 1 && (
        <DateField
          name="expiresAt"
          label={t('ask.until')}
          hint={t('ask.untilHint')}
          value={until}
          onChange={setUntil}
          min={new Date().toISOString().slice(0, 10)}
        />
      )}
      {done !== undefined && count > 1 && (
        <Progress value={(done / count) * 100} title={t('ask.progress', { done, count })} />
      )}
    </FormDialog>
  )
}

/** What was refused, for whom and why; somebody else may have been faster. */
function Results({ results, onClose }: { results: readonly ActResult[]; onClose(): void }) {
  const { t } = useTranslation(['requests', 'subscriptions'])
  const id = useId()
  const textOf = useResultText()
  const refused = results.filter(({ error }) => error !== undefined)
  const worked = results.length - refused.length
  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby={id}>
      <ModalHeader title={t('results.title')} labelId={id} />
      <ModalBody tabIndex={0} aria-label={t('results.title')}>
        <Alert
          variant={worked > 0 ? 'warning' : 'danger'}
          isInline
          isLiveRegion
          component="p"
          title={t('results.summary', { worked, count: results.length })}
        />
        <List className="lm-decision-results">
          {refused.map(({ row, error }) => (
            <ListItem key={row.id}>
              <strong>{t('results.row', { person: row.displayName, model: row.modelName })}</strong>
              <br />
              {textOf(error)}
            </ListItem>
          ))}
        </List>
      </ModalBody>
      <ModalFooter>
        <Button onClick={onClose}>{t('common:act.close')}</Button>
      </ModalFooter>
    </Modal>
  )
}

const stated = ['pending', 'active', 'denied', 'suspended', 'cancelled', 'expired'] as const

/** Who was faster is worth more than that the state does not allow it. */
function useResultText(): (error: unknown) => string {
  const { t } = useTranslation(['requests', 'subscriptions'])
  const errorText = useErrorText()
  return (error) => {
    if (error instanceof ApiError && error.code === 'SUBSCRIPTION_STATE') {
      const { decidedBy, status: given } = error.details
      const status = stated.find((one) => one === given)
      const name = nameOf(decidedBy)
      if (status !== undefined && name !== undefined)
        return t('results.faster', { name, status: t(`subscriptions:status.${status}`) })
      if (status !== undefined) return t('results.changed', { status: t(`subscriptions:status.${status}`) })
    }
    const { message, suggestion } = errorText(error)
    return suggestion === undefined ? message : `${message} ${suggestion}`
  }
}

const nameOf = (person: unknown): string | undefined =>
  typeof person === 'object' &&
  person !== null &&
  'displayName' in person &&
  typeof person.displayName === 'string'
    ? person.displayName
    : undefined
