import { useState } from 'react'

/** The way through a list that has no page numbers; another question begins anew. */
export function useCursor(question: string) {
  const [state, setState] = useState<{ question: string; cursors: readonly string[] }>({
    question,
    cursors: [],
  })
  const cursors = state.question === question ? state.cursors : []
  return {
    cursor: cursors.at(-1),
    page: cursors.length + 1,
    forward: (cursor: string) => setState({ question, cursors: [...cursors, cursor] }),
    back: () => setState({ question, cursors: cursors.slice(0, -1) }),
  }
}
