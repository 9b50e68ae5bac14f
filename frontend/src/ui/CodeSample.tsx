import { ClipboardCopyButton, CodeBlock, CodeBlockAction, CodeBlockCode } from '@patternfly/react-core'
import { useEffect, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'

const COPIED_MS = 2000

interface CodeSampleProps {
  readonly code: string
  readonly label?: string
  /** What is copied, where a secret is masked in what is shown. */
  readonly copied?: string
}

/** Code to be pasted elsewhere. */
export function CodeSample({ code, label, copied = code }: CodeSampleProps) {
  const { t } = useTranslation()
  const id = useId()
  const [isCopied, setIsCopied] = useState(false)
  useEffect(() => {
    if (!isCopied) return
    const timer = setTimeout(() => setIsCopied(false), COPIED_MS)
    return () => clearTimeout(timer)
  }, [isCopied])
  const copy = () => void navigator.clipboard.writeText(copied).then(() => setIsCopied(true))
  const actions = (
    <CodeBlockAction>
      <ClipboardCopyButton id={`${id}-copy`} aria-label={t('act.copy')} variant="plain" onClick={copy}>
        {isCopied ? t('act.copied') : t('act.copy')}
      </ClipboardCopyButton>
    </CodeBlockAction>
  )
  return (
    // Long lines scroll inside, which the keyboard must reach as well.
    <CodeBlock actions={actions} role="group" aria-label={label ?? t('state.code')}>
      <CodeBlockCode id={`${id}-code`} tabIndex={0} className="lm-code-sample">
        {code}
      </CodeBlockCode>
    </CodeBlock>
  )
}
