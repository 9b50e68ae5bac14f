import { useTranslation } from 'react-i18next'
import type { FormErrors } from '../../ui/form-errors.ts'
import type { SettingComplaint } from './key-limits.ts'

/** Complaints in words; bounds are said where there are some. */
export function useSettingComplaints() {
  const { t } = useTranslation('settings')
  return (
    found: Readonly<Record<string, SettingComplaint>>,
    ranges: Readonly<Record<string, readonly [number, number]>> = {},
  ): FormErrors =>
    Object.fromEntries(
      Object.entries(found).map(([field, complaint]) => {
        const [least, most] = ranges[field] ?? [0, 0]
        return [field, t(`complaint.${complaint}`, { least, most })]
      }),
    )
}
