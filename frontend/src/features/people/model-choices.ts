import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { each } from '@litemaas/client'
import { api } from '../../app/api.ts'
import { useSession } from '../../app/session.ts'
import type { Choice } from '../../ui/Typeahead.tsx'

/** The catalogue by name: all of it for platform administrators, else what the organization may use. */
const modelChoicesQuery = (isAll: boolean) =>
  queryOptions({
    queryKey: ['models', 'choices', isAll],
    queryFn: async () => {
      const choices: Choice[] = []
      const query = { sort: 'name' as const }
      const models = isAll
        ? each(api.listAdminModels, { query: { ...query, isRemoved: false } })
        : each(api.listModels, { query })
      for await (const { id, name, provider } of models)
        choices.push({ value: id, label: name, description: provider })
      return choices
    },
    staleTime: 60_000,
  })

/** Models to choose from, and the names of chosen ones. A model that is not among them any more keeps its id. */
export function useModelChoices() {
  const { isPlatformReader } = useSession()
  const queries = useQueryClient()
  const query = modelChoicesQuery(isPlatformReader)
  const { data } = useQuery(query)
  return {
    choices: data,
    choiceOf: (id: string): Choice => data?.find((one) => one.value === id) ?? { value: id, label: id },
    search: async (text: string): Promise<readonly Choice[]> => {
      const all = await queries.ensureQueryData(query)
      return all.filter(({ label, description = '' }) => matches(text, label, description))
    },
  }
}

export const matches = (text: string, ...parts: readonly string[]): boolean =>
  parts.join(' ').toLowerCase().includes(text.trim().toLowerCase())
