/** What providers call abilities, in the order in which people look for them. What only repeats the kind of the model is left out. */
const known = [
  'vision',
  'reasoning',
  'function_calling',
  'response_schema',
  'web_search',
  'pdf_input',
  'audio_input',
  'audio_output',
  'computer_use',
  'prompt_caching',
  'parallel_function_calling',
  'tool_choice',
  'system_messages',
  'assistant_prefill',
  'native_streaming',
  'url_context',
] as const

export type Ability = (typeof known)[number]

/** Names that say what kind of model it is, which is shown anyway. */
const KINDS = new Set([
  'chat',
  'embeddings',
  'embedding',
  'completion',
  'rerank',
  'image_generation',
  'moderation',
])

export const knownAbility = (name: string): Ability | undefined => known.find((one) => one === name)

const placeOf = (name: string): number => {
  const place = known.findIndex((one) => one === name)
  return place === -1 ? known.length : place
}

/** Those worth a label, the most looked for first; unknown ones last. */
export const shownAbilities = (names: readonly string[]): readonly string[] =>
  names.filter((name) => !KINDS.has(name)).toSorted((a, b) => placeOf(a) - placeOf(b) || a.localeCompare(b))

/** `some_new_thing` as words, for what has no text yet. */
export const inWords = (name: string): string => {
  const words = name.replaceAll(/[_-]+/g, ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
