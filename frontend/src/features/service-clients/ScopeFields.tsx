import { Checkbox, FormGroup, HelperText, HelperTextItem } from '@patternfly/react-core'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../app/session.ts'
import { useFieldError } from '../../ui/form-errors.ts'
import { scopes, textOf, type Scope } from './service-client-queries.ts'

interface ScopeFieldsProps {
  readonly value: readonly Scope[]
  onChange(value: readonly Scope[]): void
}

/** What the machine may do at most. Nobody gives away more than they have themselves. */
export function ScopeFields({ value, onChange }: ScopeFieldsProps) {
  const { t } = useTranslation('service-clients')
  const id = useId()
  const { can } = useSession()
  const error = useFieldError('scopes')
  const toggle = (scope: Scope, isOn: boolean) =>
    onChange(isOn ? [...value, scope] : value.filter((one) => one !== scope))
  return (
    <FormGroup role="group" label={t('scopes')} fieldId={`${id}-scopes`} isRequired>
      <HelperText>
        <HelperTextItem variant={error === undefined ? 'default' : 'error'}>
          {error ?? t('scopesHint')}
        </HelperTextItem>
      </HelperText>
      <div className="lm-scopes">
        {scopes.map((scope) => (
          <Checkbox
            key={scope}
            id={`${id}-${scope}`}
            name="scopes"
            aria-invalid={error !== undefined}
            label={t(`scope.${textOf(scope)}`)}
            description={<code className="lm-code">{scope}</code>}
            isChecked={value.includes(scope)}
            isDisabled={!can(scope) && !value.includes(scope)}
            onChange={(_event, isOn) => toggle(scope, isOn)}
          />
        ))}
      </div>
    </FormGroup>
  )
}
