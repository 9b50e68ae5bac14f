import {
  Button,
  Label,
  LabelGroup,
  MenuToggle,
  Select,
  SelectList,
  SelectOption,
  TextInputGroup,
  TextInputGroupMain,
  TextInputGroupUtilities,
} from '@patternfly/react-core'
import TimesIcon from '@patternfly/react-icons/dist/esm/icons/times-icon'
import { useQuery } from '@tanstack/react-query'
import { useContext, useEffect, useId, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { FieldGroup, type FieldProps } from './fields.tsx'
import { ForgetErrorContext, useFieldError } from './form-errors.ts'

export interface Choice {
  readonly value: string
  readonly label: string
  readonly description?: string
  readonly isDisabled?: boolean
}

interface TypeaheadProps extends FieldProps {
  readonly label: string
  /** First words of the query key under which answers are remembered. */
  readonly queryKey: readonly unknown[]
  /** The first choices that fit the text; the server searches and cuts. */
  search(text: string): Promise<readonly Choice[]>
  readonly placeholder?: string
}

interface SingleProps extends TypeaheadProps {
  readonly value: Choice | null
  onChange(choice: Choice | null): void
}

interface MultiProps extends TypeaheadProps {
  readonly values: readonly Choice[]
  onChange(choices: readonly Choice[]): void
}

/** One of many, found by typing. */
export function Typeahead({ value, onChange, ...props }: SingleProps) {
  return (
    <Combobox
      {...props}
      chosen={value === null ? [] : [value]}
      isMulti={false}
      onChoose={(choice) => onChange(choice)}
      onRemove={() => onChange(null)}
    />
  )
}

/** Several of many, found by typing; each can be taken out again. */
export function MultiTypeahead({ values, onChange, ...props }: MultiProps) {
  const remove = (value: string) => onChange(values.filter((one) => one.value !== value))
  return (
    <Combobox
      {...props}
      chosen={values}
      isMulti
      onChoose={(choice) =>
        values.some((one) => one.value === choice.value)
          ? remove(choice.value)
          : onChange([...values, choice])
      }
      onRemove={remove}
    />
  )
}

interface ComboboxProps extends TypeaheadProps {
  readonly chosen: readonly Choice[]
  readonly isMulti: boolean
  onChoose(choice: Choice): void
  onRemove(value: string): void
}

function Combobox(given: ComboboxProps) {
  const forget = useContext(ForgetErrorContext)
  const error = useFieldError(given.name)
  // Choosing is no change of the field itself, which holds what is typed to search.
  const props: ComboboxProps = {
    ...given,
    onChoose: (choice) => {
      forget(given.name)
      given.onChoose(choice)
    },
    onRemove: (value) => {
      forget(given.name)
      given.onRemove(value)
    },
  }
  const { t } = useTranslation()
  const id = useId()
  const { isOpen, setIsOpen, text, setText, found, active, onKeyDown, choose } = useCombobox(props)
  const { chosen, isMulti, onRemove, isDisabled, placeholder = t('pick.placeholder') } = props
  // Without it PatternFly names the field by itself, in English.
  const name = typeof props.label === 'string' ? props.label : placeholder
  const shown = !isMulti && !isOpen ? (chosen[0]?.label ?? '') : text
  return (
    <FieldGroup {...props} id={id}>
      <Select
        isOpen={isOpen}
        onOpenChange={setIsOpen}
        onSelect={(_event, value) => choose(found?.find((one) => one.value === value))}
        selected={chosen.map((one) => one.value)}
        variant="typeahead"
        isScrollable
        toggle={(ref) => (
          <MenuToggle
            ref={ref}
            variant="typeahead"
            isFullWidth
            isDisabled={isDisabled ?? false}
            isExpanded={isOpen}
            {...(error === undefined ? {} : { status: 'danger' as const })}
            aria-label={placeholder}
            onClick={() => setIsOpen(!isOpen)}
          >
            <TextInputGroup isPlain isDisabled={isDisabled ?? false}>
              <TextInputGroupMain
                inputId={id}
                name={props.name}
                inputProps={{
                  'aria-invalid': error !== undefined,
                  ...((error ?? props.hint) === undefined ? {} : { 'aria-describedby': `${id}-hint` }),
                }}
                role="combobox"
                aria-label={name}
                isExpanded={isOpen}
                aria-controls={`${id}-list`}
                {...(active === undefined ? {} : { 'aria-activedescendant': `${id}-${active.value}` })}
                value={shown}
                placeholder={placeholder}
                autoComplete="off"
                onClick={() => setIsOpen(true)}
                onChange={(_event, next) => {
                  setText(next)
                  setIsOpen(true)
                }}
                onKeyDown={onKeyDown}
              >
                {isMulti && chosen.length > 0 && (
                  <LabelGroup
                    aria-label={t('state.selected', { count: chosen.length })}
                    // PatternFly puts the number into its own kind of placeholder.
                    collapsedText={t('pick.others', { rest: '${remaining}' })}
                    expandedText={t('pick.fewer')}
                  >
                    {chosen.map((one) => (
                      <Label
                        key={one.value}
                        variant="outline"
                        closeBtnAriaLabel={t('pick.remove', { name: one.label })}
                        onClose={(event) => {
                          event.stopPropagation()
                          onRemove(one.value)
                        }}
                      >
                        {one.label}
                      </Label>
                    ))}
                  </LabelGroup>
                )}
              </TextInputGroupMain>
              {!isMulti && chosen[0] !== undefined && (
                <TextInputGroupUtilities>
                  <Button
                    variant="plain"
                    icon={<TimesIcon />}
                    aria-label={t('pick.remove', { name: chosen[0].label })}
                    onClick={(event) => {
                      event.stopPropagation()
                      onRemove(chosen[0]?.value ?? '')
                    }}
                  />
                </TextInputGroupUtilities>
              )}
            </TextInputGroup>
          </MenuToggle>
        )}
      >
        <SelectList id={`${id}-list`} aria-label={name} isAriaMultiselectable={isMulti}>
          {found === undefined && <SelectOption isLoading>{t('state.loading')}</SelectOption>}
          {found?.length === 0 && <SelectOption isDisabled>{t('pick.nothing')}</SelectOption>}
          {found?.map((one) => (
            <SelectOption
              key={one.value}
              id={`${id}-${one.value}`}
              value={one.value}
              isFocused={one === active}
              isSelected={chosen.some((other) => other.value === one.value)}
              isDisabled={one.isDisabled ?? false}
              {...(one.description === undefined ? {} : { description: one.description })}
            >
              {one.label}
            </SelectOption>
          ))}
        </SelectList>
      </Select>
    </FieldGroup>
  )
}

const PAUSE_MS = 200

function useCombobox({ queryKey, search, chosen, isMulti, onChoose, onRemove }: ComboboxProps) {
  const [isOpen, setIsOpen] = useState(false)
  const [text, setText] = useState('')
  const [asked, setAsked] = useState('')
  const [place, setPlace] = useState(-1)
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text.trim()), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  const { data: found } = useQuery({
    queryKey: [...queryKey, 'choices', asked],
    queryFn: () => search(asked),
    enabled: isOpen,
  })
  const active = found?.[place]
  const choose = (choice: Choice | undefined) => {
    if (choice === undefined || choice.isDisabled === true) return
    onChoose(choice)
    setText('')
    setPlace(-1)
    if (!isMulti) setIsOpen(false)
  }
  const move = (step: number) => {
    setIsOpen(true)
    const count = found?.length ?? 0
    if (count > 0) setPlace((place + step + count) % count)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const last = chosen.at(-1)
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      move(event.key === 'ArrowDown' ? 1 : -1)
    } else if (event.key === 'Enter' && isOpen) {
      // Enter chooses here; it must not send the form around.
      event.preventDefault()
      choose(active ?? (found?.length === 1 ? found[0] : undefined))
    } else if (event.key === 'Escape' && isOpen) {
      event.stopPropagation()
      setIsOpen(false)
    } else if (event.key === 'Tab') setIsOpen(false)
    else if (event.key === 'Backspace' && text === '' && isMulti && last) onRemove(last.value)
  }
  return { isOpen, setIsOpen, text, setText, found, active, onKeyDown, choose }
}
