import { useCallback, useState, type FormEvent, type RefObject } from 'react'
import { withoutErrorsOf, type FormErrors } from './form-errors.ts'
import { useErrorText } from './use-error-text.ts'

interface Submission {
  /** What is wrong before anything is sent, by field; nothing is sent then. */
  check?(): FormErrors
  send(): Promise<unknown>
  readonly form: RefObject<HTMLFormElement | null>
}

/**
 * Sending a form: complaints go to their fields and leave when the field is changed, the first wrong one gets the focus, what
 * has no field is said above.
 */
export function useSubmit({ check, send, form }: Submission) {
  const textOf = useErrorText()
  const [errors, setErrors] = useState<FormErrors>({})
  const [general, setGeneral] = useState<string>()
  const [isBusy, setIsBusy] = useState(false)
  const complain = (found: FormErrors) => {
    setErrors(found)
    // After the complaint is on the page.
    setTimeout(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
  }
  const refuse = (error: unknown) => {
    const { message, suggestion, field } = textOf(error)
    const words = suggestion === undefined ? message : `${message} ${suggestion}`
    const name = field?.split(/[/.]/)[0]
    const isShown = name !== undefined && Boolean(form.current?.querySelector(`[name="${CSS.escape(name)}"]`))
    if (isShown && field !== undefined) complain({ [field]: words })
    else setGeneral(words)
  }
  const run = async () => {
    const found = check?.() ?? {}
    setGeneral(undefined)
    if (Object.keys(found).length > 0) return complain(found)
    setErrors({})
    setIsBusy(true)
    try {
      await send()
    } catch (error) {
      refuse(error)
    }
    setIsBusy(false)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    // A dialog in a dialog must not send the outer form, too.
    event.stopPropagation()
    if (!isBusy) void run()
  }
  const forget = useCallback((name: string) => setErrors((known) => withoutErrorsOf(known, name)), [])
  return { errors, general, isBusy, submit, forget }
}
