import { Form } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import { NumberField, TextAreaField } from '../../ui/fields.tsx'
import type { Parameters } from './parameters.ts'

interface SettingsPanelProps {
  readonly parameters: Parameters
  onChange(parameters: Parameters): void
}

/** What the model is told besides the questions. */
export function SettingsPanel({ parameters, onChange }: SettingsPanelProps) {
  const { t } = useTranslation('playground')
  const change = (part: Partial<Parameters>) => onChange({ ...parameters, ...part })
  const own = t('parameter.own')
  return (
    <Form onSubmit={(event) => event.preventDefault()}>
      <TextAreaField
        name="system"
        label={t('parameter.system')}
        hint={t('parameter.systemHint')}
        value={parameters.system}
        onChange={(system) => change({ system })}
      />
      <NumberField
        name="temperature"
        label={t('parameter.temperature')}
        hint={t('parameter.temperatureHint')}
        placeholder={own}
        min={0}
        max={2}
        step={0.1}
        value={parameters.temperature}
        onChange={(temperature) => change({ temperature })}
      />
      <NumberField
        name="top_p"
        label={t('parameter.topP')}
        placeholder={own}
        min={0}
        max={1}
        step={0.05}
        value={parameters.topP}
        onChange={(topP) => change({ topP })}
      />
      <NumberField
        name="max_tokens"
        label={t('parameter.maxTokens')}
        hint={t('parameter.maxTokensHint')}
        placeholder={own}
        min={1}
        value={parameters.maxTokens}
        onChange={(maxTokens) => change({ maxTokens })}
      />
      <NumberField
        name="seed"
        label={t('parameter.seed')}
        hint={t('parameter.seedHint')}
        placeholder={t('parameter.random')}
        value={parameters.seed}
        onChange={(seed) => change({ seed })}
      />
      <TextAreaField
        name="stop"
        label={t('parameter.stop')}
        hint={t('parameter.stopHint')}
        rows={2}
        value={parameters.stop}
        onChange={(stop) => change({ stop })}
      />
    </Form>
  )
}
