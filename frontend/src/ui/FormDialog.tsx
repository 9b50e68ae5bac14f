import { Alert, Button, Form, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core'
import { useId, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { TextField } from './fields.tsx'
import { ForgetErrorContext, FormErrorsContext, type FormErrors } from './form-errors.ts'
import { useSubmit } from './use-submit.ts'

interface FormDialogProps {
  readonly title: string
  readonly description?: ReactNode
  /** What the button says: the act itself, such as "Create key". */
  readonly act: string
  readonly size?: 'small' | 'medium' | 'large'
  readonly isDanger?: boolean
  /** The fields of `fields.tsx`; the server's complaint appears at the field that it names. */
  readonly children: ReactNode
  /** What is wrong before anything is sent, by field; nothing is sent then. */
  check?(): FormErrors
  /** Asks why, as a last field, and does not send without. */
  readonly reason?: { readonly label: string; readonly hint?: string } | undefined
  /** Sends it. Whatever it throws is shown, and nothing that was written is lost. */
  onSubmit(reason: string): Promise<unknown>
  onClose(): void
  /** Stays open after a success, for a caller that shows something else then. */
  readonly staysOpen?: boolean
}

const OPEN_LIST = '.pf-v6-c-menu-toggle[aria-expanded="true"], .pf-v6-c-menu-toggle.pf-m-expanded'

/** A form in a dialog: Enter sends it, the first wrong field gets the focus, refusals are shown where they belong. */
export function FormDialog(props: FormDialogProps) {
  const { title, description, act, size = 'medium', isDanger, children, onClose } = props
  const { t } = useTranslation()
  const id = useId()
  const form = useRef<HTMLFormElement>(null)
  const [why, setWhy] = useState('')
  const { reason, check, onSubmit, staysOpen } = props
  const send = async () => {
    await onSubmit(why.trim())
    if (staysOpen !== true) onClose()
  }
  const checkAll = () => ({
    ...check?.(),
    ...(reason !== undefined && why.trim().length < 3 ? { reason: t('error.reasonMissing') } : {}),
  })
  const { errors, general, isBusy, submit, forget } = useSubmit({ check: checkAll, send, form })
  return (
    <Modal
      isOpen
      variant={size}
      onClose={onClose}
      // Escape in an open list closes the list, and not the form behind it.
      onEscapePress={() => form.current?.querySelector(OPEN_LIST) ?? onClose()}
      aria-labelledby={`${id}-title`}
    >
      <ModalHeader
        title={title}
        labelId={`${id}-title`}
        {...(description === undefined ? {} : { description })}
      />
      <ModalBody tabIndex={0} aria-label={title}>
        <FormErrorsContext value={errors}>
          <ForgetErrorContext value={forget}>
            <Form id={id} ref={form} noValidate onSubmit={submit}>
              {general !== undefined && <Alert variant="danger" isInline component="p" title={general} />}
              {children}
              {props.reason !== undefined && (
                <TextField
                  name="reason"
                  {...props.reason}
                  isRequired
                  value={why}
                  onChange={setWhy}
                  maxLength={500}
                />
              )}
            </Form>
          </ForgetErrorContext>
        </FormErrorsContext>
      </ModalBody>
      <ModalFooter>
        <Button
          type="submit"
          form={id}
          variant={isDanger === true ? 'danger' : 'primary'}
          isLoading={isBusy}
          isDisabled={isBusy}
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
