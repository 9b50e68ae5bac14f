import { api } from '../../app/api.ts'
import type { Choice } from '../../ui/Typeahead.tsx'
import type { Read } from '../people/budget-queries.ts'
import type { ChosenModel } from './key-form.ts'

/** A model to put on a key, and whether it must be subscribed to first. */
export interface ModelChoice extends Choice {
  readonly needsSubscription: boolean
}

const MANY = 50

interface Words {
  readonly open: string
  readonly restricted: string
  readonly waiting: string
  readonly unavailable: string
}

/** One's own models first, then open ones, then those that have to be asked for elsewhere. */
export async function searchMyModels(text: string, words: Words): Promise<readonly ModelChoice[]> {
  const search = text === '' ? {} : { search: text }
  const [mine, all] = await Promise.all([
    api.listSubscriptions({ query: { status: 'active', sort: 'modelName', limit: MANY, ...search } }),
    api.listModels({ query: { sort: 'name', limit: MANY, ...search } }),
  ])
  const have = new Set(mine.data.map(({ modelId }) => modelId))
  const others = all.data
    .filter(({ id, availability }) => !have.has(id) && availability !== 'disabled')
    .map(({ id, name, isRestricted, availability, mySubscription }): ModelChoice => {
      const isLive = ['pending', 'suspended'].includes(mySubscription?.status ?? '')
      const isDisabled = isRestricted || isLive || availability !== 'available'
      const description = isLive
        ? words.waiting
        : isRestricted
          ? words.restricted
          : availability === 'available'
            ? words.open
            : words.unavailable
      return { value: id, label: name, description, isDisabled, needsSubscription: true }
    })
    .toSorted((a, b) => Number(a.isDisabled) - Number(b.isDisabled))
  return [
    ...mine.data.map(({ modelId, modelName }) => ({
      value: modelId,
      label: modelName,
      needsSubscription: false,
    })),
    ...others,
  ]
}

/** What somebody else may put on a key. */
export async function searchModelsOf(
  userId: string,
  text: string,
  read: Read,
): Promise<readonly ModelChoice[]> {
  const search = text === '' ? {} : { search: text }
  const { data } = await api.listSubscriptionRequests({
    query: { userId, status: 'active', sort: 'modelName', limit: MANY, ...search, ...read },
  })
  return data.map(({ modelId, modelName }) => ({
    value: modelId,
    label: modelName,
    needsSubscription: false,
  }))
}

export const choiceOf = ({ id, name, needsSubscription = false }: ChosenModel): ModelChoice => ({
  value: id,
  label: name,
  needsSubscription,
})

export const chosenOf = (choice: Choice): ChosenModel => ({
  id: choice.value,
  name: choice.label,
  ...('needsSubscription' in choice && choice.needsSubscription === true ? { needsSubscription: true } : {}),
})
