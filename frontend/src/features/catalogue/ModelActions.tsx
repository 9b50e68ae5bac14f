import { Divider, Dropdown, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core'
import EllipsisVIcon from '@patternfly/react-icons/dist/esm/icons/ellipsis-v-icon'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../app/session.ts'
import type { CatalogueModel } from './catalogue-queries.ts'
import { ModelDialog, type ModelAct } from './ModelDialog.tsx'

/** Everything that can be done with a model of the catalogue; nothing for those who only look. */
export function ModelActions({
  model,
  without = [],
}: {
  model: CatalogueModel
  without?: readonly ModelAct[]
}) {
  const { t } = useTranslation('catalogue')
  const { can } = useSession()
  const [isOpen, setIsOpen] = useState(false)
  const [act, setAct] = useState<ModelAct>()
  if (!can('models:write') || model.removedAt !== null) return null
  const acts: readonly ModelAct[] = [
    'edit',
    'price',
    'test',
    model.isRestricted ? 'open' : 'restrict',
    model.availability === 'disabled' ? 'enable' : 'disable',
  ]
  return (
    <>
      <Dropdown
        isOpen={isOpen}
        onOpenChange={setIsOpen}
        onSelect={(_event, chosen) => {
          setIsOpen(false)
          setAct(acts.find((one) => one === chosen) ?? 'remove')
        }}
        popperProps={{ position: 'right' }}
        toggle={(ref) => (
          <MenuToggle
            ref={ref}
            variant="plain"
            isExpanded={isOpen}
            aria-label={t('act.moreFor', { name: model.name })}
            icon={<EllipsisVIcon />}
            onClick={() => setIsOpen(!isOpen)}
          />
        )}
      >
        <DropdownList>
          {acts
            .filter((one) => !without.includes(one))
            .map((one) => (
              <DropdownItem key={one} value={one}>
                {t(`act.${one}`)}
              </DropdownItem>
            ))}
          <Divider component="li" />
          <DropdownItem value="remove" isDanger>
            {t('act.remove')}
          </DropdownItem>
        </DropdownList>
      </Dropdown>
      {act !== undefined && <ModelDialog act={act} model={model} onClose={() => setAct(undefined)} />}
    </>
  )
}
