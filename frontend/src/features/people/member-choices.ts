import { api } from '../../app/api.ts'
import type { Choice } from '../../ui/Typeahead.tsx'
import type { Read } from './budget-queries.ts'

/** Active members of an organization, for a typeahead. */
export const searchMembers =
  (read: Read) =>
  async (text: string): Promise<readonly Choice[]> => {
    const query = { limit: 20, status: 'active' as const, ...read, ...(text === '' ? {} : { search: text }) }
    const { data } = await api.listMembers({ query })
    return data.map((one) => ({
      value: one.userId,
      label: one.displayName,
      description: one.email ?? one.username,
    }))
  }

/** Anybody of the installation, for platform administrators. */
export async function searchPeople(text: string): Promise<readonly Choice[]> {
  const search = text === '' ? {} : { search: text }
  const { data } = await api.listUsers({
    query: { scope: 'platform', status: 'active', limit: 20, ...search },
  })
  return data.map((one) => ({
    value: one.id,
    label: one.displayName,
    description: one.email ?? one.username,
  }))
}
