import { Label, LabelGroup, Tooltip } from '@patternfly/react-core'
import LockIcon from '@patternfly/react-icons/dist/esm/icons/lock-icon'
import { useTranslation } from 'react-i18next'
import { StateLabel } from '../../ui/StateLabel.tsx'
import type { CatalogueModel } from './catalogue-queries.ts'
import { stateOf, stateTones, syncOf } from './model-state.ts'

/** Whether people can use it, whether they must ask, and whether LiteLLM has been told. */
export function ModelLabels({ model }: { model: CatalogueModel }) {
  const { t } = useTranslation('catalogue')
  const state = stateOf(model)
  const sync = syncOf(model)
  const objection = model.deployments.find((one) => one.syncMessage !== null)?.syncMessage
  return (
    <LabelGroup numLabels={4} aria-label={t('field.state')}>
      <StateLabel tone={stateTones[state]}>{t(`state.${state}`)}</StateLabel>
      {model.isRestricted && (
        <Label isCompact variant="outline" color="purple" icon={<LockIcon />}>
          {t('state.restricted')}
        </Label>
      )}
      {sync === 'pending' && <StateLabel tone="info">{t('sync.pending')}</StateLabel>}
      {sync === 'failed' && (
        <Tooltip content={objection ?? t('sync.failedHint')}>
          <span tabIndex={0}>
            <StateLabel tone="danger">{t('sync.failed')}</StateLabel>
          </span>
        </Tooltip>
      )}
    </LabelGroup>
  )
}
