/** How a model shall answer; null: as it does by itself. */
export interface Parameters {
  readonly system: string
  readonly temperature: number | null
  readonly topP: number | null
  readonly maxTokens: number | null
  readonly seed: number | null
  /** One in each line. */
  readonly stop: string
}

export const noParameters: Parameters = {
  system: '',
  temperature: null,
  topP: null,
  maxTokens: null,
  seed: null,
  stop: '',
}

/** In the protocol's words; what is not set is not sent. */
export function fieldsOf({ temperature, topP, maxTokens, seed, stop }: Parameters): Record<string, unknown> {
  const stops = stop.split('\n').filter((line) => line !== '')
  return {
    ...(temperature === null ? {} : { temperature }),
    ...(topP === null ? {} : { top_p: topP }),
    ...(maxTokens === null ? {} : { max_tokens: maxTokens }),
    ...(seed === null ? {} : { seed }),
    ...(stops.length === 0 ? {} : { stop: stops }),
  }
}
