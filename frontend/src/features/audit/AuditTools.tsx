import {
  Button,
  Dropdown,
  DropdownItem,
  DropdownList,
  MenuToggle,
  type MenuToggleElement,
} from '@patternfly/react-core'
import { useMutation } from '@tanstack/react-query'
import { useState, type Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { useToasts } from '../../ui/Toasts.tsx'
import { useStartedJob } from '../jobs/job-queries.ts'

/** What the list shows, without its limit, as a file. */
export function ExportMenu({ addressOf }: { addressOf: (format: 'csv' | 'json') => string }) {
  const { t } = useTranslation(['audit', 'common'])
  const [isOpen, setIsOpen] = useState(false)
  return (
    <Dropdown
      isOpen={isOpen}
      onOpenChange={setIsOpen}
      onSelect={() => setIsOpen(false)}
      popperProps={{ position: 'right' }}
      toggle={(ref: Ref<MenuToggleElement>) => (
        <MenuToggle ref={ref} isExpanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          {t('common:act.export')}
        </MenuToggle>
      )}
    >
      <DropdownList>
        {(['csv', 'json'] as const).map((format) => (
          <DropdownItem
            key={format}
            to={addressOf(format)}
            download={`audit.${format}`}
            description={t(`exportHint.${format}`)}
          >
            {format.toUpperCase()}
          </DropdownItem>
        ))}
      </DropdownList>
    </Dropdown>
  )
}

/** Proves that nobody has changed or removed an entry; its progress and result are a job's. */
export function VerifyButton({ onStarted }: { onStarted: (jobId: string) => void }) {
  const { t } = useTranslation('audit')
  const { fail } = useToasts()
  const started = useStartedJob()
  const verify = useMutation({
    mutationFn: () => api.verifyAuditLogs(),
    onSuccess: ({ data }) => {
      started(data)
      onStarted(data.id)
    },
    onError: fail,
  })
  return (
    <Button
      variant="secondary"
      isLoading={verify.isPending}
      isDisabled={verify.isPending}
      onClick={() => verify.mutate()}
    >
      {t('verify')}
    </Button>
  )
}
