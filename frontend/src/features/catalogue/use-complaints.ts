import { useTranslation } from 'react-i18next'
import type { FormErrors } from '../../ui/form-errors.ts'
import { complaintsAbout, type ModelDraft } from './model-form.ts'

/** What is wrong with a model's form, in words. */
export function useComplaints(): (draft: ModelDraft, before?: ModelDraft) => FormErrors {
  const { t } = useTranslation('catalogue')
  return (draft, before) =>
    Object.fromEntries(
      Object.entries(complaintsAbout(draft, before)).map(([field, complaint]) => [
        field,
        t(`complaint.${complaint}`),
      ]),
    )
}
