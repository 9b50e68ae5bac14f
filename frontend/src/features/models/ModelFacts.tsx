import { ClipboardCopy, Content } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import { Facts, type Fact } from '../../ui/Facts.tsx'
import { useFormats } from '../../ui/formats.ts'
import type { Model } from './catalogue-queries.ts'
import { useModeName } from './ModelBadges.tsx'
import { priceLines } from './model-kind.ts'
import { providerName } from './provider-names.ts'

export function ModelFacts({ model }: { model: Model }) {
  const { t } = useTranslation('models')
  const { number, money, date } = useFormats()
  const modeName = useModeName()
  const prices = priceLines(model)
  const tokens = (count: number | null) =>
    count === null ? t('page.unknown') : t('page.inTokens', { tokens: number(count) })
  const facts: readonly Fact[] = [
    {
      term: t('page.name'),
      value: (
        <ClipboardCopy
          isReadOnly
          variant="inline-compact"
          hoverTip={t('common:act.copy')}
          clickTip={t('common:act.copied')}
        >
          {model.name}
        </ClipboardCopy>
      ),
    },
    { term: t('page.kind'), value: modeName(model.mode) },
    { term: t('page.provider'), value: providerName(model.provider) },
    {
      term: t('page.access'),
      value: model.isRestricted ? t('page.accessRestricted') : t('page.accessOpen'),
    },
    ...(model.contextLength === null && model.maxOutputTokens === null
      ? []
      : [
          { term: t('page.contextLength'), value: tokens(model.contextLength) },
          { term: t('page.maxOutput'), value: tokens(model.maxOutputTokens) },
        ]),
    ...prices.map(({ kind, usd }) => ({
      term: t(`price.${kind}`),
      value:
        usd === 0
          ? t('price.free')
          : `${money(usd)} ${kind === 'request' ? t('price.perRequest') : t('price.perMillion')}`,
    })),
    ...(prices.length > 0
      ? []
      : [
          {
            term: t('price.label'),
            value: (
              <>
                {t('price.unknown')}
                <Content component="small">{t('price.unknownHint')}</Content>
              </>
            ),
          },
        ]),
    { term: t('page.added'), value: <time dateTime={model.createdAt}>{date(model.createdAt)}</time> },
  ]
  return <Facts facts={facts} />
}
