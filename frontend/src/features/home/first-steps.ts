export const steps = ['subscribe', 'key', 'call'] as const
export type Step = (typeof steps)[number]

export interface Progress {
  readonly subscriptions: { readonly active: number; readonly pending: number }
  readonly keys: { readonly active: number }
  readonly hasCalled: boolean
}

export interface StepState {
  readonly step: Step
  readonly state: 'done' | 'current' | 'waiting' | 'later'
}

/** How far a newcomer is. A request that waits for somebody else is not the newcomer's to go on with. */
export function stepsOf({ subscriptions, keys, hasCalled }: Progress): readonly StepState[] {
  const isDone: Record<Step, boolean> = {
    // Whoever has a key or has called had a model, whatever became of it.
    subscribe: subscriptions.active > 0 || keys.active > 0 || hasCalled,
    key: keys.active > 0 || hasCalled,
    call: hasCalled,
  }
  const current = steps.find((step) => !isDone[step])
  return steps.map((step) => {
    if (isDone[step]) return { step, state: 'done' }
    if (step !== current) return { step, state: 'later' }
    return { step, state: step === 'subscribe' && subscriptions.pending > 0 ? 'waiting' : 'current' }
  })
}
