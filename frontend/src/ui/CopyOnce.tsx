import { Alert, Button, InputGroup, InputGroupItem, TextInput } from '@patternfly/react-core'
import CopyIcon from '@patternfly/react-icons/dist/esm/icons/copy-icon'
import EyeIcon from '@patternfly/react-icons/dist/esm/icons/eye-icon'
import EyeSlashIcon from '@patternfly/react-icons/dist/esm/icons/eye-slash-icon'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

interface CopyOnceProps {
  /** What the secret is, such as "API key". */
  readonly label: string
  readonly secret: string
  /** Told when it was copied. */
  onCopied?(): void
}

/** A secret that is shown this once. It lives in the caller's state only, never in a cache, a store or the address. */
export function CopyOnce({ label, secret, onCopied }: CopyOnceProps) {
  const { t } = useTranslation()
  const [isShown, setIsShown] = useState(false)
  const [isCopied, setIsCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(secret)
    setIsCopied(true)
    onCopied?.()
  }
  return (
    <>
      <Alert variant="warning" isInline isPlain component="p" title={t('secret.once')} />
      <InputGroup>
        <InputGroupItem isFill>
          <TextInput
            className="lm-code"
            aria-label={label}
            readOnlyVariant="default"
            type={isShown ? 'text' : 'password'}
            autoComplete="off"
            value={secret}
          />
        </InputGroupItem>
        <InputGroupItem>
          <Button
            variant="control"
            aria-label={isShown ? t('secret.hide') : t('secret.show')}
            icon={isShown ? <EyeSlashIcon /> : <EyeIcon />}
            onClick={() => setIsShown(!isShown)}
          />
        </InputGroupItem>
        <InputGroupItem>
          <Button variant="control" icon={<CopyIcon />} onClick={() => void copy()}>
            {isCopied ? t('act.copied') : t('act.copy')}
          </Button>
        </InputGroupItem>
      </InputGroup>
      <span role="status" className="pf-v6-screen-reader">
        {isCopied ? t('act.copied') : ''}
      </span>
    </>
  )
}
