import { Tooltip } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../../ui/formats.ts'
import type { Model } from './catalogue-queries.ts'
import { mainPrices } from './model-kind.ts'
import { tokenCount } from './token-count.ts'

/** What matters when models are compared: prices, and how much fits in. */
export function KeyFigures({ model }: { model: Model }) {
  const { t } = useTranslation('models')
  const { money, number } = useFormats()
  const prices = mainPrices(model)
  return (
    <dl className="lm-figures">
      {prices.length === 0 && (
        <div>
          <dt>{t('price.label')}</dt>
          <dd>{t('price.unknown')}</dd>
        </div>
      )}
      {prices.map(({ kind, usd }) => (
        <div key={kind}>
          <dt>{t(`priceShort.${kind}`)}</dt>
          <dd>{usd === 0 ? t('price.free') : money(usd)}</dd>
        </div>
      ))}
      {model.contextLength !== null && (
        <div>
          <dt>{t('context')}</dt>
          <dd>
            <Tooltip content={t('page.inTokens', { tokens: number(model.contextLength) })}>
              <span>{tokenCount(model.contextLength)}</span>
            </Tooltip>
          </dd>
        </div>
      )}
    </dl>
  )
}
