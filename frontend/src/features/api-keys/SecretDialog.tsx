import {
  Alert,
  Button,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
  Stack,
  StackItem,
  Title,
} from '@patternfly/react-core'
import { useEffect, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyOnce } from '../../ui/CopyOnce.tsx'
import { CallSnippets } from './CallSnippets.tsx'
import type { ApiKey } from './key-queries.ts'

interface SecretDialogProps {
  /** Lives in the state of whoever opened this dialog, and nowhere else. */
  readonly secret: string
  readonly apiKey: ApiKey
  /** Made just now, not exchanged. */
  readonly isNew: boolean
  onClose(): void
}

/** The one time that a secret is shown. Closing it by the way asks first. */
export function SecretDialog({ secret, apiKey, isNew, onClose }: SecretDialogProps) {
  const { t } = useTranslation('api-keys')
  const id = useId()
  const [isLeaving, setIsLeaving] = useState(false)
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', warn)
    return () => removeEventListener('beforeunload', warn)
  }, [])
  return (
    <Modal isOpen variant="medium" onClose={() => setIsLeaving(true)} aria-labelledby={`${id}-title`}>
      <ModalHeader
        title={isNew ? t('secret.made', { name: apiKey.name }) : t('secret.exchanged', { name: apiKey.name })}
        labelId={`${id}-title`}
      />
      <ModalBody tabIndex={0} aria-labelledby={`${id}-title`}>
        <Stack hasGutter>
          <StackItem>
            <CopyOnce label={t('secret.label')} secret={secret} />
          </StackItem>
          <StackItem>
            <Title headingLevel="h2" size="md">
              {t('secret.try')}
            </Title>
          </StackItem>
          <StackItem>
            <CallSnippets models={apiKey.models} secret={secret} />
          </StackItem>
        </Stack>
      </ModalBody>
      <ModalFooter>
        {isLeaving ? (
          <Alert
            variant="warning"
            isInline
            component="p"
            title={t('secret.leave')}
            actionLinks={
              <>
                <Button variant="link" isInline isDanger onClick={onClose}>
                  {t('secret.leaveAct')}
                </Button>
                <Button variant="link" isInline onClick={() => setIsLeaving(false)}>
                  {t('secret.stay')}
                </Button>
              </>
            }
          />
        ) : (
          <Button onClick={onClose}>{t('secret.stored')}</Button>
        )}
      </ModalFooter>
    </Modal>
  )
}
