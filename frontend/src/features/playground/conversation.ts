import type { TokenUsage } from './chat-stream.ts'

/** Pure: what a conversation is, and how it changes. */
export interface Question {
  readonly id: string
  readonly role: 'user'
  readonly text: string
}

export interface Answer {
  readonly id: string
  readonly role: 'assistant'
  readonly text: string
  /** What the model thought before it spoke, where it tells. */
  readonly thought: string
  readonly state: 'waiting' | 'streaming' | 'done' | 'stopped' | 'failed'
  readonly model: string
  readonly usage?: TokenUsage
  /** Milliseconds until the first word, and until the end. */
  readonly firstAfter?: number
  readonly doneAfter?: number
  /** Names the call in the usage. */
  readonly requestId?: string
  /** Why it ended, where that is not that it was finished. */
  readonly reason?: string
  readonly error?: unknown
}

export type Turn = Question | Answer

export type Message = { readonly role: 'system' | 'user' | 'assistant'; readonly content: string }

/** What the model is told: the conversation so far, without answers that failed. */
export function messagesOf(turns: readonly Turn[], system: string): readonly Message[] {
  return [
    ...(system.trim() === '' ? [] : [{ role: 'system' as const, content: system }]),
    ...turns.flatMap((turn) =>
      turn.role === 'assistant' && turn.text === '' ? [] : [{ role: turn.role, content: turn.text }],
    ),
  ]
}

/** Everything before this turn. */
export function before(turns: readonly Turn[], id: string): readonly Turn[] {
  const place = turns.findIndex((turn) => turn.id === id)
  return place < 0 ? turns : turns.slice(0, place)
}

/** Without the last answer, which is to be given anew. */
export const withoutLastAnswer = (turns: readonly Turn[]): readonly Turn[] =>
  turns.at(-1)?.role === 'assistant' ? turns.slice(0, -1) : turns

export const changeAnswer = (
  turns: readonly Turn[],
  id: string,
  change: (answer: Answer) => Answer,
): readonly Turn[] => turns.map((turn) => (turn.id === id && turn.role === 'assistant' ? change(turn) : turn))

/** Tokens in a second, once the model had begun. */
export function speedOf({ usage, firstAfter, doneAfter }: Answer): number | undefined {
  if (usage === undefined || firstAfter === undefined || doneAfter === undefined) return undefined
  const seconds = (doneAfter - firstAfter) / 1000
  return seconds > 0.05 ? usage.completion / seconds : undefined
}
