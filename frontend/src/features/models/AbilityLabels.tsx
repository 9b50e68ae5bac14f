import { Label, LabelGroup, Tooltip } from '@patternfly/react-core'
import BrainIcon from '@patternfly/react-icons/dist/esm/icons/brain-icon'
import CheckIcon from '@patternfly/react-icons/dist/esm/icons/check-icon'
import CodeIcon from '@patternfly/react-icons/dist/esm/icons/code-icon'
import CubeIcon from '@patternfly/react-icons/dist/esm/icons/cube-icon'
import DesktopIcon from '@patternfly/react-icons/dist/esm/icons/desktop-icon'
import EyeIcon from '@patternfly/react-icons/dist/esm/icons/eye-icon'
import FilePdfIcon from '@patternfly/react-icons/dist/esm/icons/file-pdf-icon'
import GlobeIcon from '@patternfly/react-icons/dist/esm/icons/globe-icon'
import LayerGroupIcon from '@patternfly/react-icons/dist/esm/icons/layer-group-icon'
import MicrophoneIcon from '@patternfly/react-icons/dist/esm/icons/microphone-icon'
import StreamIcon from '@patternfly/react-icons/dist/esm/icons/stream-icon'
import VolumeUpIcon from '@patternfly/react-icons/dist/esm/icons/volume-up-icon'
import WrenchIcon from '@patternfly/react-icons/dist/esm/icons/wrench-icon'
import type { ComponentType } from 'react'
import { useTranslation } from 'react-i18next'
import { inWords, knownAbility, shownAbilities, type Ability } from './abilities.ts'

const icons: Readonly<Record<Ability, ComponentType>> = {
  vision: EyeIcon,
  reasoning: BrainIcon,
  function_calling: WrenchIcon,
  response_schema: CodeIcon,
  web_search: GlobeIcon,
  pdf_input: FilePdfIcon,
  audio_input: MicrophoneIcon,
  audio_output: VolumeUpIcon,
  computer_use: DesktopIcon,
  prompt_caching: LayerGroupIcon,
  parallel_function_calling: WrenchIcon,
  tool_choice: WrenchIcon,
  system_messages: CheckIcon,
  assistant_prefill: CheckIcon,
  native_streaming: StreamIcon,
  url_context: GlobeIcon,
}

/** The name of an ability for people. */
export function useAbilityName(): (name: string) => string {
  const { t } = useTranslation('models')
  return (name) => {
    const known = knownAbility(name)
    if (name === 'chat') return t('mode.chat')
    if (name === 'embeddings') return t('mode.embedding')
    return known === undefined ? inWords(name) : t(`ability.${known}.name`)
  }
}

export function AbilityIcon({ name }: { name: string }) {
  const known = knownAbility(name)
  const Icon = known === undefined ? CubeIcon : icons[known]
  return <Icon />
}

/** With `most`, the rest hides behind a label that says how many there are. */
export function AbilityLabels({ abilities, most }: { abilities: readonly string[]; most?: number }) {
  const { t } = useTranslation('models')
  const nameOf = useAbilityName()
  const shown = shownAbilities(abilities)
  if (shown.length === 0) return null
  return (
    <LabelGroup
      aria-label={t('abilities')}
      numLabels={most ?? shown.length}
      collapsedText={t('moreAbilities', { count: shown.length - (most ?? shown.length) })}
      expandedText={t('fewerAbilities')}
    >
      {shown.map((name) => {
        const known = knownAbility(name)
        return (
          <Label key={name} isCompact variant="filled" icon={<AbilityIcon name={name} />}>
            {known === undefined ? (
              nameOf(name)
            ) : (
              <Tooltip content={t(`ability.${known}.text`)}>
                <span>{nameOf(name)}</span>
              </Tooltip>
            )}
          </Label>
        )
      })}
    </LabelGroup>
  )
}
