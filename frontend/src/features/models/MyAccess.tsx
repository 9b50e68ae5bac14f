import {
  Card,
  CardBody,
  CardFooter,
  CardHeader,
  CardTitle,
  Content,
  Flex,
  Stack,
  StackItem,
} from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { LinkButton } from '../../app/LinkButton.tsx'
import { useSession } from '../../app/session.ts'
import { useFormats } from '../../ui/formats.ts'
import { isSubscribable, SubscribeButton } from '../subscriptions/SubscribeButton.tsx'
import { SubscriptionState } from '../subscriptions/SubscriptionState.tsx'
import { subscriptionQuery } from '../subscriptions/subscription-queries.ts'
import type { Model } from './catalogue-queries.ts'
import { ModelBudgets } from './ModelBudgets.tsx'

/** How I stand with this model, and the next step from there. */
export function MyAccess({ model }: { model: Model }) {
  const { t } = useTranslation('models')
  const { can, isReadOnly } = useSession()
  const mine = model.mySubscription
  const state =
    mine !== null
      ? t(`page.state.${mine.status}`)
      : isReadOnly
        ? t('page.auditor')
        : !isSubscribable(model)
          ? t('page.state.unsubscribable')
          : model.isRestricted
            ? t('page.state.noneRestricted')
            : t('page.state.none')
  return (
    <Card isCompact className="lm-my-access">
      <CardHeader
        {...(mine
          ? { actions: { actions: <SubscriptionState status={mine.status} />, hasNoOffset: true } }
          : {})}
      >
        <CardTitle component="h2">{t('page.yourAccess')}</CardTitle>
      </CardHeader>
      <CardBody>
        <Content component="p">{state}</Content>
        {mine && <Decision id={mine.id} />}
        {mine?.status === 'active' && <ModelBudgets modelId={model.id} />}
      </CardBody>
      <CardFooter>
        <Stack hasGutter>
          {mine?.status === 'active' ? (
            <>
              {can('keys:create') && (
                <StackItem>
                  <LinkButton to="/api-keys" search={{ open: 'new', model: model.id }} isBlock>
                    {t('act.createKeyHere')}
                  </LinkButton>
                </StackItem>
              )}
              {can('models:call') && (
                <StackItem>
                  <LinkButton to="/playground" search={{ model: model.id }} variant="secondary" isBlock>
                    {t('act.playground')}
                  </LinkButton>
                </StackItem>
              )}
            </>
          ) : (
            <StackItem>
              <SubscribeButton model={model} isBlock />
            </StackItem>
          )}
          {mine && (
            <StackItem>
              <Flex justifyContent={{ default: 'justifyContentCenter' }}>
                <Link to="/subscriptions" search={{ search: model.name }}>
                  {t('page.seeSubscription')}
                </Link>
              </Flex>
            </StackItem>
          )}
        </Stack>
      </CardFooter>
    </Card>
  )
}

/** What the reviewer said, and how long it lasts. */
function Decision({ id }: { id: string }) {
  const { t } = useTranslation('models')
  const { date } = useFormats()
  const { data } = useQuery(subscriptionQuery(id))
  if (data === undefined || (data.decisionReason === null && data.expiresAt === null)) return null
  return (
    <>
      {data.decisionReason !== null && (
        <Content component="blockquote">{t('page.decision', { text: data.decisionReason })}</Content>
      )}
      {data.expiresAt !== null && data.status === 'active' && (
        <Content component="small">{t('page.expires', { date: date(data.expiresAt) })}</Content>
      )}
    </>
  )
}
