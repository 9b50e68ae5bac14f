import { useTranslation } from 'react-i18next'
import { useFormats } from './formats.ts'

/** A moment as people say it; the exact one is a look away. Without one, a word instead. */
export function When({ at, none }: { at: string | null; none?: string }) {
  const { t } = useTranslation()
  const { ago, dateTime } = useFormats()
  if (at === null) return <>{none ?? t('state.never')}</>
  return (
    <time dateTime={at} title={dateTime(at)} className="lm-nowrap">
      {ago(at)}
    </time>
  )
}
