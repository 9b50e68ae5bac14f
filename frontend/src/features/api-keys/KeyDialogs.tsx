import { createContext, useContext, useMemo, useState, type ReactNode } from 'react'
import type { KeyAct } from './key-acts.ts'
import { KeyDialog } from './KeyDialog.tsx'
import type { AnyKey, KeyDesk } from './use-key-desk.ts'

interface OpenDialog {
  readonly act: KeyAct
  readonly apiKey: AnyKey
}

type Open = (dialog: OpenDialog) => void

const Context = createContext<Open | undefined>(undefined)

/**
 * The dialogs of a page with keys. They stand beside the list and not in its rows: a row may move off the page at any
 * moment, and with it would go what somebody types, or a secret that is shown only once.
 */
export function KeyDialogs({ desk, children }: { desk: KeyDesk; children: ReactNode }) {
  const [dialog, setDialog] = useState<OpenDialog>()
  const open = useMemo<Open>(() => setDialog, [])
  return (
    <Context value={open}>
      {children}
      {dialog && <KeyDialog {...dialog} desk={desk} onClose={() => setDialog(undefined)} />}
    </Context>
  )
}

export function useKeyDialogs(): Open {
  const open = useContext(Context)
  if (!open) throw new Error('actions on keys need <KeyDialogs> around them')
  return open
}
