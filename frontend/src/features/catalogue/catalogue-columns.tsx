import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Column } from '../../ui/DataTable.tsx'
import { useFormats } from '../../ui/formats.ts'
import type { CatalogueModel } from './catalogue-queries.ts'
import { ModelActions } from './ModelActions.tsx'
import { ModelLabels } from './ModelLabels.tsx'
import { useModeName } from './use-model-words.ts'

export function useCatalogueColumns(mayWrite: boolean): ReadonlyArray<Column<CatalogueModel>> {
  const { t } = useTranslation('catalogue')
  const { number, money } = useFormats()
  const modeName = useModeName()
  const price = (value: number | null) => (value === null ? t('price.unknownShort') : money(value))
  const actions: Column<CatalogueModel> = {
    key: 'actions',
    title: t('column.actions'),
    isActions: true,
    render: (model) => <ModelActions model={model} />,
  }
  return [
    {
      key: 'name',
      title: t('column.name'),
      sort: 'name',
      render: (model) => (
        <>
          <Link to="/admin/models/$modelId" params={{ modelId: model.id }} className="lm-code">
            {model.name}
          </Link>
          <div>
            <small>
              {model.provider} · {modeName(model.mode)}
            </small>
          </div>
        </>
      ),
    },
    {
      key: 'state',
      title: t('column.state'),
      sort: 'availability',
      render: (model) => <ModelLabels model={model} />,
    },
    {
      key: 'price',
      title: t('column.price'),
      sort: 'inputPricePerMillion',
      isNumber: true,
      render: (model) =>
        model.inputPricePerMillion === null && model.outputPricePerMillion === null
          ? t('price.unknown')
          : t('price.pair', {
              input: price(model.inputPricePerMillion),
              output: price(model.outputPricePerMillion),
            }),
    },
    {
      key: 'subscribers',
      title: t('column.subscribers'),
      sort: 'activeSubscriptions',
      isNumber: true,
      render: (model) => (
        <>
          {number(model.activeSubscriptions)}
          {model.pendingSubscriptions > 0 && (
            <div>
              <small>{t('use.waiting', { count: model.pendingSubscriptions })}</small>
            </div>
          )}
        </>
      ),
    },
    {
      key: 'keys',
      title: t('column.keys'),
      sort: 'keys',
      isNumber: true,
      render: (model) => number(model.keys),
    },
    {
      key: 'requests',
      title: t('column.requests'),
      sort: 'requestsLast30Days',
      isNumber: true,
      render: (model) => number(model.requestsLast30Days),
    },
    ...(mayWrite ? [actions] : []),
  ]
}
