import { useEffect } from 'react'

/** What the tab is called, and what a screen reader says of a page first. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · LiteMaaS`
  }, [title])
}
