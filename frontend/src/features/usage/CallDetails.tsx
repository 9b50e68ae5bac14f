import {
  ClipboardCopy,
  DrawerActions,
  DrawerCloseButton,
  DrawerHead,
  DrawerPanelBody,
  DrawerPanelContent,
  Title,
} from '@patternfly/react-core'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../app/session.ts'
import { Facts, type Fact } from '../../ui/Facts.tsx'
import { useFormats } from '../../ui/formats.ts'
import { OutcomeLabel } from './use-call-columns.tsx'
import type { Call } from './usage-source.ts'

interface CallDetailsProps {
  readonly call: Call
  readonly isMine: boolean
  onClose(): void
}

/** Everything that is known about one call. Gives the focus back to where it was when it closes. */
export function CallDetails({ call, isMine, onClose }: CallDetailsProps) {
  const { t } = useTranslation('usage')
  const heading = useRef<HTMLHeadingElement>(null)
  const opener = useRef<Element | null>(null)
  useEffect(() => {
    opener.current ??= document.activeElement
    heading.current?.focus({ preventScroll: true })
  }, [call.id])
  const close = () => {
    onClose()
    if (opener.current instanceof HTMLElement) opener.current.focus()
  }
  const facts = useFacts(call, isMine)
  return (
    <DrawerPanelContent
      defaultSize="26rem"
      minSize="20rem"
      onKeyDown={(event) => event.key === 'Escape' && close()}
    >
      <DrawerHead>
        <Title headingLevel="h2" size="lg" tabIndex={-1} ref={heading}>
          {t('calls.one')}
        </Title>
        <DrawerActions>
          <DrawerCloseButton aria-label={t('common:act.close')} onClick={close} />
        </DrawerActions>
      </DrawerHead>
      <DrawerPanelBody>
        <Facts facts={facts} columns={1} />
      </DrawerPanelBody>
    </DrawerPanelContent>
  )
}

function useFacts(call: Call, isMine: boolean): readonly Fact[] {
  const { t } = useTranslation('usage')
  const { money, number, milliseconds, dateTime } = useFormats()
  const { can } = useSession()
  const measured = (value: number | null) => (value === null ? t('figure.none') : milliseconds(value))
  const given = (term: string, value: string | null | undefined): Fact[] =>
    value === null || value === undefined ? [] : [{ term, value }]
  return [
    { term: t('calls.when'), value: <time dateTime={call.at}>{dateTime(call.at)}</time> },
    { term: t('calls.outcome'), value: <OutcomeLabel call={call} /> },
    { term: t('errors.status'), value: String(call.statusCode) },
    ...given(t('calls.code'), call.errorCode),
    {
      term: t('dimension.model'),
      value: (
        <Link to="/models/$modelId" params={{ modelId: call.modelId }}>
          {call.modelName}
        </Link>
      ),
    },
    ...given(t('dimension.provider'), call.provider),
    {
      term: t('calls.operation'),
      value: call.isStream ? t('calls.streamed', { operation: call.operation }) : call.operation,
    },
    {
      term: t('dimension.key'),
      value: isMine ? (
        <Link to="/api-keys/$keyId" params={{ keyId: call.apiKeyId }}>
          {call.apiKeyName ?? t('nobody.key')}
        </Link>
      ) : (
        (call.apiKeyName ?? t('nobody.key'))
      ),
    },
    ...(call.userId === undefined
      ? []
      : [
          {
            term: t('dimension.user'),
            value: can('users:read') ? (
              <Link to="/admin/users/$userId" params={{ userId: call.userId }}>
                {call.username ?? t('nobody.user')}
              </Link>
            ) : (
              (call.username ?? t('nobody.user'))
            ),
          },
        ]),
    ...given(t('dimension.team'), call.teamName),
    ...given(t('calls.endUser'), call.endUser),
    {
      term: t('metric.cost'),
      value: call.isEstimated ? t('calls.estimated', { cost: money(call.cost) }) : money(call.cost),
    },
    {
      term: t('part.input'),
      value: t('calls.ofCached', {
        input: number(call.promptTokens),
        cached: number(call.cachedPromptTokens),
      }),
    },
    { term: t('part.output'), value: number(call.completionTokens) },
    { term: t('calls.duration'), value: measured(call.durationMs) },
    { term: t('latency.timeToFirstToken'), value: measured(call.timeToFirstTokenMs) },
    ...(call.source === undefined ? [] : [{ term: t('calls.source'), value: t(`source.${call.source}`) }]),
    {
      term: t('calls.requestId'),
      value: (
        <ClipboardCopy
          isReadOnly
          hoverTip={t('common:act.copy')}
          clickTip={t('common:act.copied')}
          textAriaLabel={t('calls.requestId')}
        >
          {call.requestId}
        </ClipboardCopy>
      ),
    },
  ]
}
