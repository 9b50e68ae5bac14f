import { Button, InputGroup, InputGroupItem, TextArea } from '@patternfly/react-core'
import PaperPlaneIcon from '@patternfly/react-icons/dist/esm/icons/paper-plane-icon'
import StopIcon from '@patternfly/react-icons/dist/esm/icons/stop-icon'
import { useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'

interface ComposerProps {
  readonly isBusy: boolean
  /** Nothing can be sent, because nobody pays. */
  readonly isDisabled: boolean
  onSend(text: string): void
  onStop(): void
}

/** Where questions are written. Enter sends; with Shift it begins a line. */
export function Composer({ isBusy, isDisabled, onSend, onStop }: ComposerProps) {
  const { t } = useTranslation('playground')
  const [text, setText] = useState('')
  const send = () => {
    if (text.trim() === '' || isBusy || isDisabled) return
    onSend(text.trim())
    setText('')
  }
  const onKeyDown = (event: KeyboardEvent) => {
    // While a word is being composed, Enter belongs to the keyboard.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    send()
  }
  return (
    <InputGroup>
      <InputGroupItem isFill>
        <TextArea
          aria-label={t('composer.label')}
          placeholder={t('composer.placeholder')}
          value={text}
          rows={2}
          resizeOrientation="vertical"
          onChange={(_event, next) => setText(next)}
          onKeyDown={onKeyDown}
        />
      </InputGroupItem>
      <InputGroupItem>
        {isBusy ? (
          <Button variant="secondary" icon={<StopIcon />} onClick={onStop}>
            {t('composer.stop')}
          </Button>
        ) : (
          <Button icon={<PaperPlaneIcon />} isDisabled={isDisabled || text.trim() === ''} onClick={send}>
            {t('composer.send')}
          </Button>
        )}
      </InputGroupItem>
    </InputGroup>
  )
}
