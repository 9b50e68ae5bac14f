import { Checkbox, FormGroup, FormHelperText, HelperText, HelperTextItem } from '@patternfly/react-core'
import { useId } from 'react'

interface RoleFieldProps<R extends string> {
  readonly name: string
  readonly label: string
  readonly hint: string
  readonly roles: readonly R[]
  /** None means all. */
  readonly chosen: readonly R[]
  nameOf(role: R): string
  onChange(chosen: R[]): void
}

/** Some of a few roles. */
export function RoleField<R extends string>({
  name,
  label,
  hint,
  roles,
  chosen,
  nameOf,
  onChange,
}: RoleFieldProps<R>) {
  const id = useId()
  return (
    <FormGroup role="group" fieldId={id} label={label} isStack>
      {roles.map((role) => (
        <Checkbox
          key={role}
          id={`${id}-${role}`}
          name={name}
          label={nameOf(role)}
          isChecked={chosen.includes(role)}
          onChange={(_event, isOn) =>
            onChange(roles.filter((one) => (one === role ? isOn : chosen.includes(one))))
          }
        />
      ))}
      <FormHelperText>
        <HelperText>
          <HelperTextItem>{hint}</HelperTextItem>
        </HelperText>
      </FormHelperText>
    </FormGroup>
  )
}
