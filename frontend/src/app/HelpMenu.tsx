import {
  Divider,
  Dropdown,
  DropdownItem,
  DropdownList,
  MenuToggle,
  type MenuToggleElement,
} from '@patternfly/react-core'
import CopyIcon from '@patternfly/react-icons/dist/esm/icons/copy-icon'
import ExternalLinkAltIcon from '@patternfly/react-icons/dist/esm/icons/external-link-alt-icon'
import OutlinedQuestionCircleIcon from '@patternfly/react-icons/dist/esm/icons/outlined-question-circle-icon'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useState, type Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { useToasts } from '../ui/Toasts.tsx'
import { configurationQuery } from './session.ts'

/** Where programs find the API. */
export function HelpMenu() {
  const { t } = useTranslation()
  const { say } = useToasts()
  const { data } = useSuspenseQuery(configurationQuery)
  const [isOpen, setIsOpen] = useState(false)
  const baseUrl = `${location.origin}/v1`
  const copy = () => void navigator.clipboard.writeText(baseUrl).then(() => say(t('shell.copied')))
  return (
    <Dropdown
      isOpen={isOpen}
      onOpenChange={setIsOpen}
      onSelect={() => setIsOpen(false)}
      popperProps={{ position: 'right' }}
      toggle={(ref: Ref<MenuToggleElement>) => (
        <MenuToggle
          ref={ref}
          variant="plain"
          isExpanded={isOpen}
          aria-label={t('shell.help')}
          icon={<OutlinedQuestionCircleIcon />}
          onClick={() => setIsOpen(!isOpen)}
        />
      )}
    >
      <DropdownList>
        <DropdownItem icon={<CopyIcon />} description={baseUrl} onClick={copy}>
          {t('shell.copyBaseUrl')}
        </DropdownItem>
        {data.hasDocumentation && <Divider component="li" />}
        {data.hasDocumentation && (
          <DropdownItem to="/docs" target="_blank" rel="noreferrer" icon={<ExternalLinkAltIcon />}>
            {t('shell.apiReference')}
          </DropdownItem>
        )}
        {data.hasDocumentation && (
          <DropdownItem to="/openapi.json" target="_blank" rel="noreferrer" icon={<ExternalLinkAltIcon />}>
            {t('shell.apiDocument')}
          </DropdownItem>
        )}
      </DropdownList>
    </Dropdown>
  )
}
