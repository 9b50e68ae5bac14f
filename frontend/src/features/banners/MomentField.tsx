import { TextInput } from '@patternfly/react-core'
import { useId } from 'react'
import { FieldGroup, type FieldProps } from '../../ui/fields.tsx'
import { useFieldError } from '../../ui/form-errors.ts'

interface MomentFieldProps extends FieldProps {
  /** `YYYY-MM-DDTHH:MM` in the person's own time zone, or empty. */
  readonly value: string
  onChange(value: string): void
}

/** A day and a time; the browser's own picker speaks every language and works with a keyboard. */
export function MomentField(props: MomentFieldProps) {
  const id = useId()
  const error = useFieldError(props.name)
  return (
    <FieldGroup {...props} id={id}>
      <TextInput
        id={id}
        name={props.name}
        type="datetime-local"
        value={props.value}
        validated={error === undefined ? 'default' : 'error'}
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-hint`}
        onChange={(_event, moment) => props.onChange(moment)}
      />
    </FieldGroup>
  )
}
