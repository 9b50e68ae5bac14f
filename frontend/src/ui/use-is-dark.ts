import { useSyncExternalStore } from 'react'
import { themeStore } from './theme.ts'

/** Whether the console is dark now; follows every change. */
export const useIsDark = (): boolean => useSyncExternalStore(themeStore.subscribe, themeStore.isDark)
