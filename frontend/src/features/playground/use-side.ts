import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { payingKeysQuery, type Model, type PayingKey } from './playground-queries.ts'

export interface ChosenSide {
  readonly model: Model | undefined
  readonly keys: readonly PayingKey[] | undefined
  readonly key: PayingKey | undefined
  chooseKey(id: string): void
}

/** A model and the key that pays for it: the one chosen, else the one used last. */
export function useSide(model: Model | undefined): ChosenSide {
  const { data: keys } = useQuery(payingKeysQuery(model?.id))
  const [chosen, chooseKey] = useState<string>()
  const key = keys?.find(({ id }) => id === chosen) ?? keys?.[0]
  return { model, keys, key, chooseKey }
}
