import { Button } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import type { Column } from '../../ui/DataTable.tsx'
import { useFormats } from '../../ui/formats.ts'
import { StateLabel } from '../../ui/StateLabel.tsx'
import { When } from '../../ui/When.tsx'
import { useEventWords } from './use-event-words.ts'
import type { Delivery } from './webhook-queries.ts'

const tones = { pending: 'info', leased: 'info', delivered: 'success', dead: 'danger' } as const

export function useDeliveryColumns(
  onRedrive: ((delivery: Delivery) => void) | undefined,
): ReadonlyArray<Column<Delivery>> {
  const { t } = useTranslation('webhooks')
  const words = useEventWords()
  const { number } = useFormats()
  const columns: Array<Column<Delivery>> = [
    {
      key: 'event',
      title: t('eventLabel'),
      render: (row) => (
        <>
          {words.event(row.eventName)}
          <code className="lm-code lm-detail lm-subtle">{row.eventName}</code>
        </>
      ),
    },
    {
      key: 'state',
      title: t('state'),
      render: (row) => (
        <>
          <StateLabel tone={tones[row.state]}>{t(`delivery.${row.state}`)}</StateLabel>
          {row.nextAttemptAt !== null && row.state === 'pending' && row.attempts > 0 && (
            <span className="lm-detail lm-subtle">
              {t('next')} <When at={row.nextAttemptAt} />
            </span>
          )}
        </>
      ),
    },
    { key: 'answer', title: t('answer'), render: (row) => <Answer delivery={row} /> },
    { key: 'attempts', title: t('attempts'), isNumber: true, render: (row) => number(row.attempts) },
    { key: 'created', title: t('createdAt'), render: (row) => <When at={row.createdAt} /> },
  ]
  if (onRedrive)
    columns.push({
      key: 'redrive',
      title: t('redrive'),
      isActions: true,
      render: (row) =>
        row.state === 'dead' || row.state === 'delivered' ? (
          <Button variant="link" isInline className="lm-nowrap" onClick={() => onRedrive(row)}>
            {t('redrive')}
          </Button>
        ) : null,
    })
  return columns
}

function Answer({ delivery }: { delivery: Delivery }) {
  const { responseStatus, error, responseBody } = delivery
  if (responseStatus === null && error === null) return <>–</>
  return (
    <>
      {responseStatus !== null && <code className="lm-code">{responseStatus}</code>} {error}
      {responseBody !== null && responseBody !== '' && (
        <code className="lm-code lm-detail lm-subtle">{responseBody}</code>
      )}
    </>
  )
}
