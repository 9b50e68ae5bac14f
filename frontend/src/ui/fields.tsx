import {
  FormGroup,
  FormHelperText,
  FormSelect,
  FormSelectOption,
  HelperText,
  HelperTextItem,
  InputGroup,
  InputGroupItem,
  InputGroupText,
  Switch,
  TextArea,
  TextInput,
} from '@patternfly/react-core'
import { useContext, useId, type ReactNode } from 'react'
import { ForgetErrorContext, useFieldError } from './form-errors.ts'
import { useFormats } from './formats.ts'

export interface FieldProps {
  /** The API's name of the field; the server's complaint about it is shown here. */
  readonly name: string
  readonly label: ReactNode
  /** What to write here, where that is not obvious. */
  readonly hint?: ReactNode
  readonly isRequired?: boolean
  readonly isDisabled?: boolean
}

interface GroupProps extends Omit<FieldProps, 'isDisabled'> {
  readonly id: string
  readonly children: ReactNode
}

/** Label, control, hint and complaint, tied together for screen readers. What is written in it takes the complaint back. */
export function FieldGroup({ name, label, hint, isRequired, id, children }: GroupProps) {
  const error = useFieldError(name)
  const forget = useContext(ForgetErrorContext)
  return (
    <FormGroup label={label} fieldId={id} isRequired={isRequired ?? false} onChange={() => forget(name)}>
      {children}
      {(error ?? hint) !== undefined && (
        <FormHelperText>
          <HelperText id={`${id}-hint`} isLiveRegion>
            <HelperTextItem variant={error === undefined ? 'default' : 'error'}>
              {error ?? hint}
            </HelperTextItem>
          </HelperText>
        </FormHelperText>
      )}
    </FormGroup>
  )
}

/** What every control needs to be found, described and complained about. */
function useControl({ name, hint, isRequired, isDisabled }: FieldProps) {
  const id = useId()
  const error = useFieldError(name)
  return {
    id,
    control: {
      id,
      name,
      isRequired: isRequired ?? false,
      isDisabled: isDisabled ?? false,
      validated: error === undefined ? ('default' as const) : ('error' as const),
      'aria-invalid': error !== undefined,
      ...((error ?? hint) === undefined ? {} : { 'aria-describedby': `${id}-hint` }),
    },
  }
}

interface TextFieldProps extends FieldProps {
  readonly value: string
  onChange(value: string): void
  readonly maxLength?: number
  readonly placeholder?: string
  readonly type?: 'text' | 'email' | 'url' | 'password'
  readonly autoComplete?: string
}

export function TextField(props: TextFieldProps) {
  const { id, control } = useControl(props)
  const { value, onChange, maxLength, placeholder, type = 'text', autoComplete = 'off' } = props
  return (
    <FieldGroup {...props} id={id}>
      <TextInput
        {...control}
        type={type}
        value={value}
        autoComplete={autoComplete}
        onChange={(_event, text) => onChange(text)}
        {...(maxLength === undefined ? {} : { maxLength })}
        {...(placeholder === undefined ? {} : { placeholder })}
      />
    </FieldGroup>
  )
}

interface TextAreaFieldProps extends FieldProps {
  readonly value: string
  onChange(value: string): void
  readonly maxLength?: number
  readonly rows?: number
}

export function TextAreaField(props: TextAreaFieldProps) {
  const { id, control } = useControl(props)
  const { value, onChange, maxLength, rows = 3 } = props
  return (
    <FieldGroup {...props} id={id}>
      <TextArea
        {...control}
        value={value}
        rows={rows}
        resizeOrientation="vertical"
        onChange={(_event, text) => onChange(text)}
        {...(maxLength === undefined ? {} : { maxLength })}
      />
    </FieldGroup>
  )
}

interface NumberFieldProps extends FieldProps {
  /** Null: nothing is written, which usually means no limit. */
  readonly value: number | null
  onChange(value: number | null): void
  readonly min?: number
  readonly max?: number
  readonly step?: number | 'any'
  /** Shown behind the number. */
  readonly unit?: ReactNode
  /** Shown while nothing is written, such as "No limit". */
  readonly placeholder?: string
}

export function NumberField(props: NumberFieldProps) {
  const { id, control } = useControl(props)
  const { value, onChange, min = 0, max, step = 1, unit, placeholder } = props
  const input = (
    <TextInput
      {...control}
      type="number"
      inputMode={step === 1 ? 'numeric' : 'decimal'}
      value={value ?? ''}
      min={min}
      step={step}
      onChange={(_event, text) => onChange(text === '' ? null : Number(text))}
      {...(max === undefined ? {} : { max })}
      {...(placeholder === undefined ? {} : { placeholder })}
    />
  )
  return (
    <FieldGroup {...props} id={id}>
      {unit === undefined ? (
        input
      ) : (
        <InputGroup>
          <InputGroupItem isFill>{input}</InputGroupItem>
          <InputGroupText isPlain>{unit}</InputGroupText>
        </InputGroup>
      )}
    </FieldGroup>
  )
}

/** An amount. Written and kept in US dollars, as the server keeps it; beside it what that is in the shown currency. */
export function MoneyField(props: Omit<NumberFieldProps, 'unit' | 'step'>) {
  const { currency, money } = useFormats()
  const isForeign = currency !== 'USD' && props.value !== null
  return <NumberField {...props} step="any" unit={isForeign ? `USD ≈ ${money(props.value ?? 0)}` : 'USD'} />
}

interface SelectFieldProps extends FieldProps {
  readonly value: string
  onChange(value: string): void
  readonly options: ReadonlyArray<{ readonly value: string; readonly label: string }>
}

export function SelectField(props: SelectFieldProps) {
  const { id, control } = useControl(props)
  return (
    <FieldGroup {...props} id={id}>
      <FormSelect {...control} value={props.value} onChange={(_event, value) => props.onChange(value)}>
        {props.options.map((option) => (
          <FormSelectOption key={option.value} value={option.value} label={option.label} />
        ))}
      </FormSelect>
    </FieldGroup>
  )
}

interface SwitchFieldProps extends Omit<FieldProps, 'isRequired'> {
  readonly value: boolean
  onChange(value: boolean): void
}

export function SwitchField({ name, label, hint, isDisabled, value, onChange }: SwitchFieldProps) {
  const id = useId()
  const error = useFieldError(name)
  const forget = useContext(ForgetErrorContext)
  return (
    <FormGroup onChange={() => forget(name)}>
      <Switch
        id={id}
        label={label}
        // What is written beside it is hidden from screen readers by PatternFly.
        {...(typeof label === 'string' ? { 'aria-label': label } : {})}
        isChecked={value}
        isDisabled={isDisabled ?? false}
        onChange={(_event, isOn) => onChange(isOn)}
        {...((error ?? hint) === undefined ? {} : { 'aria-describedby': `${id}-hint` })}
      />
      {(error ?? hint) !== undefined && (
        <FormHelperText>
          <HelperText id={`${id}-hint`}>
            <HelperTextItem variant={error === undefined ? 'default' : 'error'}>
              {error ?? hint}
            </HelperTextItem>
          </HelperText>
        </FormHelperText>
      )}
    </FormGroup>
  )
}

interface DateFieldProps extends FieldProps {
  /** `YYYY-MM-DD`, or empty. */
  readonly value: string
  onChange(value: string): void
  readonly min?: string
  readonly max?: string
}

/** A day; the browser's own picker speaks every language and works with a keyboard. */
export function DateField(props: DateFieldProps) {
  const { id, control } = useControl(props)
  const { value, onChange, min, max } = props
  return (
    <FieldGroup {...props} id={id}>
      <TextInput
        {...control}
        type="date"
        value={value}
        onChange={(_event, day) => onChange(day)}
        {...(min === undefined ? {} : { min })}
        {...(max === undefined ? {} : { max })}
      />
    </FieldGroup>
  )
}
