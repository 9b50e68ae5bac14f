import { createContext, useContext, useEffect } from 'react'

/** What this installation is called. */
export const InstallationContext = createContext('LiteMaaS')

/** What the tab is called, and what a screen reader says of a page first. */
export function useTitle(title: string): void {
  const installation = useContext(InstallationContext)
  useEffect(() => {
    document.title = `${title} · ${installation}`
  }, [title, installation])
}
