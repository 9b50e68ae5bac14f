import '@patternfly/react-core/dist/styles/base.css'
import './main.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { startTranslations } from './i18n/index.ts'
import { App } from './app/App.tsx'
import { reloadWhenFilesAreGone } from './app/stale-build.ts'
import { applyTheme, storedTheme } from './ui/theme.ts'

reloadWhenFilesAreGone()
applyTheme(storedTheme())
await startTranslations()
const root = document.getElementById('root')
if (root)
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
