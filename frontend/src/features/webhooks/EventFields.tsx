import { Checkbox, FormGroup, HelperText, HelperTextItem } from '@patternfly/react-core'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { useFieldError } from '../../ui/form-errors.ts'
import { useEventWords } from './use-event-words.ts'
import { eventGroups, type EventName } from './webhook-queries.ts'

interface EventFieldsProps {
  readonly value: readonly EventName[]
  onChange(value: readonly EventName[]): void
}

/** Which events are sent; a group is chosen with one click. */
export function EventFields({ value, onChange }: EventFieldsProps) {
  const { t } = useTranslation('webhooks')
  const words = useEventWords()
  const id = useId()
  const error = useFieldError('eventNames')
  const put = (names: readonly EventName[], isOn: boolean) => {
    const others = value.filter((one) => !names.includes(one))
    onChange(isOn ? [...others, ...names] : others)
  }
  return (
    <FormGroup role="group" label={t('events')} fieldId={`${id}-events`} isRequired>
      {error !== undefined && (
        <HelperText isLiveRegion>
          <HelperTextItem variant="error">{error}</HelperTextItem>
        </HelperText>
      )}
      {Object.entries(eventGroups).map(([group, names]) => {
        const chosen = names.filter((name) => value.includes(name)).length
        return (
          <Checkbox
            key={group}
            id={`${id}-${group}`}
            label={<strong>{t(`group.${group}`)}</strong>}
            isChecked={chosen === names.length ? true : chosen === 0 ? false : null}
            onChange={(_event, isOn) => put(names, isOn)}
            body={
              <div className="lm-scopes">
                {names.map((name) => (
                  <Checkbox
                    key={name}
                    id={`${id}-${name}`}
                    name="eventNames"
                    aria-invalid={error !== undefined}
                    label={words.event(name)}
                    description={<code className="lm-code">{name}</code>}
                    isChecked={value.includes(name)}
                    onChange={(_event, isOn) => put([name], isOn)}
                  />
                ))}
              </div>
            }
          />
        )
      })}
    </FormGroup>
  )
}
