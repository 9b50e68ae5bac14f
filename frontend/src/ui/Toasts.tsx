import { Alert, AlertActionCloseButton, AlertGroup } from '@patternfly/react-core'
import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useErrorText } from './use-error-text.ts'

interface Toast {
  readonly id: number
  readonly variant: 'success' | 'info' | 'warning' | 'danger'
  readonly title: string
  readonly body?: string | undefined
}

interface ToastActions {
  say(title: string, variant?: Toast['variant']): void
  /** What was thrown, in words. */
  fail(error: unknown): void
}

const Context = createContext<ToastActions | undefined>(undefined)

/** Short notices in the corner, read out by screen readers. */
export function Toasts({ children }: { children: ReactNode }) {
  const { t } = useTranslation()
  const textOf = useErrorText()
  const [toasts, setToasts] = useState<readonly Toast[]>([])
  const remove = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), [])
  const actions = useMemo<ToastActions>(() => {
    let last = 0
    const add = (toast: Omit<Toast, 'id'>) => {
      last += 1
      const id = last
      setToasts((all) => [...all.slice(-3), { ...toast, id }])
    }
    return {
      say: (title, variant = 'success') => add({ title, variant }),
      fail: (error) => {
        const { message, suggestion } = textOf(error)
        add({ title: message, body: suggestion, variant: 'danger' })
      },
    }
    // The words follow the language at the next notice.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [])
  return (
    <Context.Provider value={actions}>
      {children}
      <AlertGroup isToast isLiveRegion>
        {toasts.map((toast) => (
          <Alert
            key={toast.id}
            variant={toast.variant}
            component="p"
            title={toast.title}
            timeout={toast.variant === 'danger' ? 12_000 : 5000}
            onTimeout={() => remove(toast.id)}
            actionClose={
              <AlertActionCloseButton aria-label={t('act.close')} onClose={() => remove(toast.id)} />
            }
          >
            {toast.body}
          </Alert>
        ))}
      </AlertGroup>
    </Context.Provider>
  )
}

export function useToasts(): ToastActions {
  const actions = useContext(Context)
  if (!actions) throw new Error('useToasts needs <Toasts> around it')
  return actions
}
