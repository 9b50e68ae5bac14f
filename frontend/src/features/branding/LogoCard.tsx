import { Alert, Button, Card, CardBody, CardFooter, CardTitle, Flex } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { configurationQuery, useSession } from '../../app/session.ts'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { useFormats } from '../../ui/formats.ts'
import { useToasts } from '../../ui/Toasts.tsx'
import { useErrorText } from '../../ui/use-error-text.ts'
import { useRemoveImage, useUploadImage, type Slot } from './branding-queries.ts'
import { imageTypes, objectionTo } from './image-file.ts'

/** One logo on the background that it is meant for; a new one is sent as soon as it is chosen. */
export function LogoCard({ slot }: { slot: Slot }) {
  const { t } = useTranslation('branding')
  const { bytes, date } = useFormats()
  const { isPlatformAdmin } = useSession()
  const { data } = useQuery(configurationQuery)
  const image = data?.images.find((one) => one.slot === slot)
  const { choose, input, objection, isBusy } = useUpload(slot)
  const [isRemoving, setIsRemoving] = useState(false)
  const name = t(`slot.${slot}.name`)
  return (
    <Card isCompact isFullHeight>
      <CardTitle component="h4">{name}</CardTitle>
      <CardBody>
        <div className="lm-stack">
          <div
            className={`lm-logo-preview lm-logo-preview--${slot === 'header-logo-dark' ? 'dark' : 'light'}`}
          >
            {image ? <img src={image.url} alt={name} /> : <strong>{data?.settings.branding.title}</strong>}
          </div>
          <small>
            {image
              ? t('uploaded', { size: bytes(image.bytes), date: date(image.updatedAt) })
              : t(`slot.${slot}.hint`)}
          </small>
          {objection !== undefined && (
            <Alert variant="danger" isInline isLiveRegion component="p" title={objection} />
          )}
        </div>
      </CardBody>
      {isPlatformAdmin && (
        <CardFooter>
          <input
            ref={input}
            type="file"
            hidden
            accept={imageTypes.join(',')}
            aria-label={name}
            onChange={(event) => choose(event.target.files?.[0])}
          />
          <Flex gap={{ default: 'gapSm' }}>
            <Button
              variant="secondary"
              size="sm"
              isLoading={isBusy}
              isDisabled={isBusy}
              aria-label={t('act.chooseFor', { name })}
              onClick={() => input.current?.click()}
            >
              {t(image ? 'act.exchange' : 'act.choose')}
            </Button>
            {image && (
              <Button
                variant="link"
                size="sm"
                aria-label={t('act.removeFor', { name })}
                onClick={() => setIsRemoving(true)}
              >
                {t('common:act.remove')}
              </Button>
            )}
          </Flex>
        </CardFooter>
      )}
      {isRemoving && <RemoveLogo slot={slot} name={name} onClose={() => setIsRemoving(false)} />}
    </Card>
  )
}

function useUpload(slot: Slot) {
  const { t } = useTranslation('branding')
  const { say } = useToasts()
  const textOf = useErrorText()
  const input = useRef<HTMLInputElement>(null)
  const [objection, setObjection] = useState<string>()
  const upload = useUploadImage(slot)
  const choose = (file: File | undefined) => {
    // The same file may be chosen again after it was mended.
    if (input.current) input.current.value = ''
    if (!file) return
    const wrong = objectionTo(file)
    setObjection(wrong && t(`complaint.${wrong}`))
    if (wrong) return
    upload.mutate(file, {
      onSuccess: () => say(t('done')),
      onError: (error) => setObjection(textOf(error).message),
    })
  }
  return { choose, input, objection, isBusy: upload.isPending }
}

function RemoveLogo({ slot, name, onClose }: { slot: Slot; name: string; onClose: () => void }) {
  const { t } = useTranslation('branding')
  const remove = useRemoveImage(slot)
  return (
    <ConfirmDialog
      title={t('remove.title', { name })}
      act={t('common:act.remove')}
      isDanger
      onConfirm={() => remove.mutateAsync()}
      onClose={onClose}
    >
      {t('remove.text')}
    </ConfirmDialog>
  )
}
