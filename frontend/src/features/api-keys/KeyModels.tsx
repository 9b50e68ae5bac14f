import { Content, Tooltip } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import type { ApiKey } from './key-queries.ts'
import { useLimitWords } from './use-limit-words.ts'

const SHOWN = 2

/** The first models of a key, how many more, and how fast they may be called. */
export function KeyModels({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useTranslation('api-keys')
  const limits = useLimitWords()(apiKey)
  const names = apiKey.models.map(({ name }) => name)
  const more = names.length - SHOWN
  if (names.length === 0) return <>{t('models.none')}</>
  return (
    <>
      {names.slice(0, SHOWN).map((name) => (
        <div key={name} className="lm-code">
          {name}
        </div>
      ))}
      {more > 0 && (
        <Tooltip content={names.slice(SHOWN).join(', ')}>
          <small tabIndex={0}>{t('models.more', { count: more })}</small>
        </Tooltip>
      )}
      {limits !== '' && (
        <Content component="small" className="lm-detail">
          {limits}
        </Content>
      )}
    </>
  )
}
