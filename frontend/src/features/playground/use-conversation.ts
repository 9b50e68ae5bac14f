import { useCallback, useEffect, useRef, useState } from 'react'
import { api } from '../../app/api.ts'
import { readChat } from './chat-stream.ts'
import {
  before,
  changeAnswer,
  messagesOf,
  withoutLastAnswer,
  type Answer,
  type Turn,
} from './conversation.ts'
import { fieldsOf, type Parameters } from './parameters.ts'

/** Who answers and who pays. */
export interface Side {
  readonly model: string
  readonly keyId: string
}

/** Words come faster than a screen is worth drawing. */
const DRAW_MS = 50

/** One conversation with one model: asked, streamed, stopped, corrected. It lives as long as the page. */
export function useConversation(side: Side | undefined, parameters: Parameters) {
  const [turns, setTurns] = useState<readonly Turn[]>([])
  const running = useRef<AbortController>(undefined)
  useEffect(() => () => running.current?.abort(), [])

  const answerTo = async (asked: readonly Turn[]) => {
    if (!side) return
    running.current?.abort()
    const controller = new AbortController()
    running.current = controller
    const id = crypto.randomUUID()
    const blank: Answer = {
      id,
      role: 'assistant',
      text: '',
      thought: '',
      state: 'waiting',
      model: side.model,
    }
    setTurns([...asked, blank])
    const change = (next: (answer: Answer) => Answer) => setTurns((now) => changeAnswer(now, id, next))
    const startedAt = performance.now()
    const passed = () => performance.now() - startedAt
    const pen = penFor(change)
    try {
      const response = await api.createOwnChatCompletion(
        {
          path: { id: side.keyId },
          body: {
            model: side.model,
            messages: [...messagesOf(asked, parameters.system)],
            stream: true,
            stream_options: { include_usage: true },
            ...fieldsOf(parameters),
          },
        },
        { signal: controller.signal, headers: { 'x-litemaas-tags': 'playground' } },
      )
      const requestId = response.headers.get('x-request-id') ?? undefined
      change((answer) => ({ ...answer, state: 'streaming', ...(requestId ? { requestId } : {}) }))
      for await (const part of readChat(response)) {
        if (part.kind === 'usage') change((answer) => ({ ...answer, usage: part.usage }))
        else if (part.kind === 'finished') change((answer) => ({ ...answer, reason: part.reason }))
        else pen.write(part.kind, part.text, passed())
      }
      pen.flush()
      change((answer) => ({ ...answer, state: 'done', doneAfter: passed() }))
    } catch (error) {
      pen.flush()
      const isStopped = controller.signal.aborted
      change((answer) => ({
        ...answer,
        state: isStopped ? 'stopped' : 'failed',
        doneAfter: passed(),
        ...(isStopped ? {} : { error }),
      }))
    }
    if (running.current === controller) running.current = undefined
  }

  const isBusy = turns.some(
    (turn) => turn.role === 'assistant' && (turn.state === 'waiting' || turn.state === 'streaming'),
  )
  return {
    turns,
    isBusy,
    ask: (text: string) => answerTo([...settled(turns), { id: crypto.randomUUID(), role: 'user', text }]),
    /** Says something else at this place; what came after it is forgotten. */
    correct: (id: string, text: string) =>
      answerTo([...before(turns, id), { id: crypto.randomUUID(), role: 'user', text }]),
    again: () => answerTo(withoutLastAnswer(turns)),
    stop: useCallback(() => running.current?.abort(), []),
    clear: useCallback(() => {
      running.current?.abort()
      setTurns([])
    }, []),
  }
}

export type Conversation = ReturnType<typeof useConversation>

/** A question whose answer failed is asked anew with the next one, not twice. */
const settled = (turns: readonly Turn[]): readonly Turn[] => {
  const last = turns.at(-1)
  return last?.role === 'assistant' && last.state === 'failed' && last.text === ''
    ? turns.slice(0, -2)
    : turns
}

/** Collects words, and writes them a few times a second. */
function penFor(change: (next: (answer: Answer) => Answer) => void) {
  let text = ''
  let thought = ''
  let firstAfter: number | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    if (firstAfter === undefined) return
    const now = { text, thought, firstAfter }
    change((answer) => ({ ...answer, ...now }))
  }
  return {
    write(kind: 'text' | 'thought', words: string, at: number) {
      firstAfter ??= at
      if (kind === 'text') text += words
      else thought += words
      timer ??= setTimeout(flush, DRAW_MS)
    },
    flush,
  }
}
