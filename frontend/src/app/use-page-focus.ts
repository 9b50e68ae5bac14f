import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'

const LONGEST_WAIT_MS = 5000

/**
 * After going to another page the focus is on its heading: a screen reader says where one is, and the keyboard goes on
 * from there. Not at the first page, where the browser itself begins at the top, and not when the page has put the
 * focus somewhere by itself.
 */
export function usePageFocus(mainId: string): void {
  const router = useRouter()
  useEffect(() => {
    let stop = () => {}
    const unsubscribe = router.subscribe('onResolved', ({ pathChanged, fromLocation }) => {
      if (!pathChanged || fromLocation === undefined) return
      stop()
      stop = focusHeading(document.getElementById(mainId))
    })
    return () => {
      unsubscribe()
      stop()
    }
  }, [router, mainId])
}

/** Pages come in pieces: the heading may still be on its way. Returns how to wait no longer. */
function focusHeading(main: HTMLElement | null): () => void {
  if (!main) return () => {}
  const attempt = (): boolean => {
    const heading = main.querySelector('h1')
    if (!heading) return false
    const active = document.activeElement
    const isElsewhere = active !== null && active !== main && main.contains(active)
    if (isElsewhere || active?.closest('[role="dialog"]')) return true
    heading.tabIndex = -1
    heading.focus({ preventScroll: true })
    // While its texts are being fetched it is there, but hidden.
    return document.activeElement === heading
  }
  if (attempt()) return () => {}
  const observer = new MutationObserver(() => {
    if (attempt()) observer.disconnect()
  })
  observer.observe(main, { childList: true, subtree: true, attributeFilter: ['style'] })
  const timer = setTimeout(() => observer.disconnect(), LONGEST_WAIT_MS)
  return () => {
    observer.disconnect()
    clearTimeout(timer)
  }
}
