import { createContext, useContext } from 'react'

/** What is wrong with a form, by the name of the field, in words. */
export type FormErrors = Readonly<Record<string, string>>

export const FormErrorsContext = createContext<FormErrors>({})

/** The complaint about one field; one about a part of it (`modelLimits/0/rpmLimit`) counts as its own. */
export function useFieldError(name: string): string | undefined {
  const errors = useContext(FormErrorsContext)
  if (errors[name] !== undefined) return errors[name]
  const part = Object.keys(errors).find(
    (field) => field.startsWith(`${name}/`) || field.startsWith(`${name}.`),
  )
  return part === undefined ? undefined : errors[part]
}
