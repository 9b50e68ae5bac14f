import { createContext, useContext } from 'react'

/** What is wrong with a form, by the name of the field, in words. */
export type FormErrors = Readonly<Record<string, string>>

export const FormErrorsContext = createContext<FormErrors>({})

/** Takes back the complaint about a field that is being changed. */
export const ForgetErrorContext = createContext<(name: string) => void>(() => undefined)

/** Without the complaints about a field and its parts. */
export function withoutErrorsOf(errors: FormErrors, name: string): FormErrors {
  const kept = Object.entries(errors).filter(([field]) => field !== name && !isPartOf(field, name))
  return kept.length === Object.keys(errors).length ? errors : Object.fromEntries(kept)
}

const isPartOf = (field: string, name: string): boolean =>
  field.startsWith(`${name}/`) || field.startsWith(`${name}.`)

/** The complaint about one field; one about a part of it (`modelLimits/0/rpmLimit`) counts as its own. */
export function useFieldError(name: string): string | undefined {
  const errors = useContext(FormErrorsContext)
  if (errors[name] !== undefined) return errors[name]
  const part = Object.keys(errors).find((field) => isPartOf(field, name))
  return part === undefined ? undefined : errors[part]
}
