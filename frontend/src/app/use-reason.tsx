import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { FormErrors } from '../ui/form-errors.ts'
import { TextAreaField } from '../ui/fields.tsx'
import type { ActTarget } from './scope.tsx'

const SHORTEST = 3

/** Why something is changed in another organization: a field for forms, only where the server wants to know. */
export function useReason(target: ActTarget): {
  readonly field: ReactNode
  readonly errors: FormErrors
  readonly query: ReturnType<ActTarget['query']>
} {
  const { t } = useTranslation()
  const [reason, setReason] = useState('')
  const isMissing = target.needsReason && reason.trim().length < SHORTEST
  return {
    field: target.needsReason ? (
      <TextAreaField
        name="reason"
        label={t('scope.reason')}
        hint={t('scope.reasonHint')}
        value={reason}
        onChange={setReason}
        maxLength={500}
        rows={2}
        isRequired
      />
    ) : null,
    errors: isMissing ? { reason: t('error.reasonMissing') } : {},
    query: target.query(reason.trim()),
  }
}

/** The same for `ConfirmDialog`: spread into its properties. */
export function useConfirmReason(): (target: ActTarget) => { reason?: { label: string; isRequired: true } } {
  const { t } = useTranslation()
  return (target) => (target.needsReason ? { reason: { label: t('scope.reason'), isRequired: true } } : {})
}
