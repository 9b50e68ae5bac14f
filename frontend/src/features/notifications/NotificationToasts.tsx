import { useEffect } from 'react'
import { api } from '../../app/api.ts'
import { onLiveEvent } from '../../app/LiveUpdates.tsx'
import { useToasts } from '../../ui/Toasts.tsx'

const LOOKED_AT = 5

/** Says what is new and matters, wherever one is. That jobs end is said by the tray of jobs. */
export function NotificationToasts() {
  const { say } = useToasts()
  useEffect(
    () =>
      onLiveEvent(({ name, data: { id, kind, severity } }) => {
        if (name !== 'notification.created' || kind === 'job' || severity === 'info') return
        void api.listNotifications({ query: { limit: LOOKED_AT, isRead: false } }).then(
          ({ data }) => {
            const found = data.find((one) => one.id === id)
            if (found) say(found.title, found.severity)
          },
          // It is in the inbox all the same.
          () => undefined,
        )
      }),
    [say],
  )
  return null
}
