import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Filter } from '../../ui/FilterBar.tsx'
import { useFormats } from '../../ui/formats.ts'
import { useAbilityName } from './AbilityLabels.tsx'
import { modelFacetsQuery } from './catalogue-queries.ts'
import { contextSteps, priceSteps } from './catalogue-search.ts'
import { shownAbilities } from './abilities.ts'
import { useModeName } from './ModelBadges.tsx'
import { providerName } from './provider-names.ts'
import { tokenCount } from './token-count.ts'

interface Facet {
  readonly name: string
  readonly models: number
}

/** What can be filtered by, with how many models have each; what only one value has filters nothing and is left out. */
export function useCatalogueFilters(): readonly Filter[] {
  const { t } = useTranslation('models')
  const { money, number } = useFormats()
  const modeName = useModeName()
  const abilityName = useAbilityName()
  const { data } = useQuery(modelFacetsQuery)
  const optionsOf = (facets: readonly Facet[] | undefined, nameOf: (name: string) => string) =>
    (facets ?? []).map(({ name, models }) => ({
      value: name,
      label: t('facet', { name: nameOf(name), models: number(models) }),
    }))
  const abilities = new Map(data?.abilities.map((facet) => [facet.name, facet]))
  const all: readonly Filter[] = [
    { name: 'mode', label: t('filter.mode'), options: optionsOf(data?.modes, modeName) },
    {
      name: 'ability',
      label: t('filter.ability'),
      isMulti: true,
      options: optionsOf(
        shownAbilities([...abilities.keys()]).flatMap((name) => abilities.get(name) ?? []),
        abilityName,
      ),
    },
    {
      name: 'provider',
      label: t('filter.provider'),
      isMulti: true,
      options: optionsOf(data?.providers, providerName),
    },
    {
      name: 'maxInputPrice',
      label: t('filter.price'),
      options: priceSteps.map((usd) => ({
        value: String(usd),
        label: t('filter.atMost', { price: money(usd) }),
      })),
    },
    {
      name: 'minContextLength',
      label: t('filter.context'),
      options: contextSteps.map((tokens) => ({
        value: String(tokens),
        label: t('filter.atLeast', { tokens: tokenCount(tokens) }),
      })),
    },
    {
      name: 'isRestricted',
      label: t('filter.access'),
      options: [
        { value: 'false', label: t('filter.open') },
        { value: 'true', label: t('restricted.label') },
      ],
    },
  ]
  return data === undefined
    ? all
    : all.filter(({ name, options }) => options.length > 1 || name === 'ability')
}
