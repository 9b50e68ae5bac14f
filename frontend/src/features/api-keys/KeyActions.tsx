import { Divider, Dropdown, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core'
import EllipsisVIcon from '@patternfly/react-icons/dist/esm/icons/ellipsis-v-icon'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../app/session.ts'
import { actsOn, type KeyAct } from './key-acts.ts'
import { useKeyDialogs } from './KeyDialogs.tsx'
import type { AnyKey } from './use-key-desk.ts'

interface KeyActionsProps {
  readonly apiKey: AnyKey
  readonly isAdmin: boolean
  /** Words instead of dots, where there is room. */
  readonly label?: string
  readonly without?: readonly KeyAct[]
}

/** Everything that can be done with a key now; nothing where nothing can. */
export function KeyActions({ apiKey, isAdmin, label, without = [] }: KeyActionsProps) {
  const { t } = useTranslation('api-keys')
  const { can } = useSession()
  const [isOpen, setIsOpen] = useState(false)
  const open = useKeyDialogs()
  const acts = actsOn(apiKey, isAdmin, can).filter((one) => !without.includes(one))
  const [dangers, others] = [acts.filter(isDanger), acts.filter((one) => !isDanger(one))]
  return (
    <>
      {acts.length > 0 && (
        <Dropdown
          isOpen={isOpen}
          onOpenChange={setIsOpen}
          onSelect={(_event, chosen) => {
            setIsOpen(false)
            const act = acts.find((one) => one === chosen)
            if (act !== undefined) open({ act, apiKey })
          }}
          popperProps={{ position: 'right' }}
          toggle={(ref) => (
            <MenuToggle
              ref={ref}
              variant={label === undefined ? 'plain' : 'secondary'}
              isExpanded={isOpen}
              aria-label={label ?? t('act.moreFor', { name: apiKey.name })}
              onClick={() => setIsOpen(!isOpen)}
              {...(label === undefined ? { icon: <EllipsisVIcon /> } : {})}
            >
              {label}
            </MenuToggle>
          )}
        >
          <DropdownList>
            {others.map((one) => (
              <DropdownItem key={one} value={one}>
                {t(`act.${one}`)}
              </DropdownItem>
            ))}
            {others.length > 0 && dangers.length > 0 && <Divider component="li" />}
            {dangers.map((one) => (
              <DropdownItem key={one} value={one} isDanger>
                {t(`act.${one}`)}
              </DropdownItem>
            ))}
          </DropdownList>
        </Dropdown>
      )}
    </>
  )
}

const isDanger = (act: KeyAct): boolean => act === 'revoke' || act === 'remove'
