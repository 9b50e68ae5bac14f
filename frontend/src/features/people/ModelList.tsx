import { Tooltip } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'

const SHOWN = 2

/** The first models by name; the others are counted, and named when one looks. */
export function ModelList({ names }: { names: readonly string[] }) {
  const { t } = useTranslation(['people', 'common'])
  if (names.length === 0) return <>{t('common:state.none')}</>
  const rest = names.slice(SHOWN)
  return (
    <>
      {names.slice(0, SHOWN).join(', ')}
      {rest.length > 0 && (
        <>
          {' '}
          <Tooltip content={rest.join(', ')}>
            {/* Reachable by keyboard, because the names are only there. */}
            <span tabIndex={0} className="lm-nowrap">
              {t('andMore', { count: rest.length })}
            </span>
          </Tooltip>
        </>
      )}
    </>
  )
}
