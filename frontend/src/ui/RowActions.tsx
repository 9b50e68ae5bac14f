import { MenuToggle } from '@patternfly/react-core'
import EllipsisVIcon from '@patternfly/react-icons/dist/esm/icons/ellipsis-v-icon'
import { ActionsColumn, type IAction } from '@patternfly/react-table'

interface RowActionsProps {
  /** Says whose actions they are, such as "Actions on gpt-4o"; PatternFly's own toggle is called the same in every row and language. */
  readonly label: string
  readonly items: readonly IAction[]
}

/** What can be done with a row, behind three dots. */
export function RowActions({ label, items }: RowActionsProps) {
  return (
    <ActionsColumn
      items={[...items]}
      popperProps={{ position: 'right' }}
      actionsToggle={({ onToggle, isOpen, isDisabled, toggleRef }) => (
        <MenuToggle
          ref={toggleRef}
          variant="plain"
          aria-label={label}
          icon={<EllipsisVIcon />}
          isExpanded={isOpen}
          isDisabled={isDisabled ?? false}
          onClick={onToggle}
        />
      )}
    />
  )
}
