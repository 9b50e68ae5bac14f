import {
  Alert,
  Button,
  Form,
  FormGroup,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
  TextArea,
} from '@patternfly/react-core'
import { useId, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useErrorText, type ErrorText } from './use-error-text.ts'

interface ConfirmDialogProps {
  readonly title: string
  readonly children?: ReactNode
  /** What the button says: the act itself, such as "Revoke". */
  readonly act: string
  readonly isDanger?: boolean
  /** Asks why, and does not go on without. */
  readonly reason?: { readonly label: string; readonly isRequired: boolean } | undefined
  onConfirm(reason: string): Promise<unknown>
  onClose(): void
}

/** Asks before something is done that cannot be undone; stays open, with the server's words, when it did not work. */
export function ConfirmDialog({
  title,
  children,
  act,
  isDanger,
  reason,
  onConfirm,
  onClose,
}: ConfirmDialogProps) {
  const { t } = useTranslation()
  const textOf = useErrorText()
  const id = useId()
  const [why, setWhy] = useState('')
  const [isBusy, setIsBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const confirm = async () => {
    setIsBusy(true)
    setError(undefined)
    try {
      await onConfirm(why.trim())
      onClose()
    } catch (thrown) {
      setError(thrown)
      setIsBusy(false)
    }
  }
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby={`${id}-title`}>
      <ModalHeader
        title={title}
        labelId={`${id}-title`}
        {...(isDanger === true ? { titleIconVariant: 'warning' } : {})}
      />
      <ModalBody>
        {children}
        {reason && (
          <Form onSubmit={(event) => event.preventDefault()}>
            <FormGroup label={reason.label} isRequired={reason.isRequired} fieldId={`${id}-reason`}>
              <TextArea
                id={`${id}-reason`}
                value={why}
                onChange={(_event, text) => setWhy(text)}
                maxLength={1000}
                autoResize
              />
            </FormGroup>
          </Form>
        )}
        {error !== undefined && <Refusal {...textOf(error)} />}
      </ModalBody>
      <ModalFooter>
        <Button
          variant={isDanger === true ? 'danger' : 'primary'}
          isLoading={isBusy}
          isDisabled={isBusy || (reason?.isRequired === true && why.trim() === '')}
          onClick={() => void confirm()}
        >
          {act}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t('act.cancel')}
        </Button>
      </ModalFooter>
    </Modal>
  )
}

function Refusal({ message, suggestion }: ErrorText) {
  return (
    <Alert variant="danger" isInline component="p" title={message}>
      {suggestion}
    </Alert>
  )
}
