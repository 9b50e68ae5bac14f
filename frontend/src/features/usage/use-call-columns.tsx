import { Button } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import type { Column } from '../../ui/DataTable.tsx'
import { useFormats } from '../../ui/formats.ts'
import { StateLabel, type Tone } from '../../ui/StateLabel.tsx'
import { useErrorName } from './use-error-name.ts'
import type { Call } from './usage-source.ts'

const tones: Readonly<Record<Call['outcome'], Tone>> = {
  success: 'success',
  error: 'danger',
  cancelled: 'neutral',
}

export function OutcomeLabel({ call }: { readonly call: Call }) {
  const { t } = useTranslation('usage')
  const errorName = useErrorName()
  return (
    <StateLabel tone={tones[call.outcome]}>
      {call.outcome === 'error' ? errorName(call) : t(`outcome.${call.outcome}`)}
    </StateLabel>
  )
}

export function useCallColumns(isMine: boolean, onShow: (call: Call) => void): Array<Column<Call>> {
  const { t } = useTranslation('usage')
  const { money, number, milliseconds, dateTime, ago } = useFormats()
  return [
    {
      key: 'at',
      title: t('calls.when'),
      sort: 'at',
      render: (call) => (
        <Button variant="link" isInline onClick={() => onShow(call)}>
          <time dateTime={call.at} title={ago(call.at)}>
            {dateTime(call.at)}
          </time>
        </Button>
      ),
    },
    { key: 'model', title: t('dimension.model'), render: ({ modelName }) => modelName },
    isMine
      ? {
          key: 'key',
          title: t('dimension.key'),
          render: ({ apiKeyName }) => apiKeyName ?? t('nobody.key'),
        }
      : {
          key: 'user',
          title: t('dimension.user'),
          render: ({ username, teamName }) => (
            <>
              {username ?? t('nobody.user')}
              {teamName !== null && teamName !== undefined && (
                <div>
                  <small className="lm-subtle">{teamName}</small>
                </div>
              )}
            </>
          ),
        },
    { key: 'outcome', title: t('calls.outcome'), render: (call) => <OutcomeLabel call={call} /> },
    {
      key: 'tokens',
      title: t('groups.tokens'),
      isNumber: true,
      render: ({ promptTokens, completionTokens }) => (
        <span className="lm-nowrap">
          {t('groups.inOut', { input: number(promptTokens), output: number(completionTokens) })}
        </span>
      ),
    },
    { key: 'cost', title: t('metric.cost'), isNumber: true, render: ({ cost }) => money(cost) },
    {
      key: 'duration',
      title: t('calls.duration'),
      isNumber: true,
      render: ({ durationMs }) => (durationMs === null ? t('figure.none') : milliseconds(durationMs)),
    },
  ]
}
