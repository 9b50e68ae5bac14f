import { Flex, FlexItem } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import { LinkButton } from '../../app/LinkButton.tsx'
import { useSession } from '../../app/session.ts'
import { SubscribeButton } from '../subscriptions/SubscribeButton.tsx'
import { SubscriptionState } from '../subscriptions/SubscriptionState.tsx'
import type { Model } from './catalogue-queries.ts'

/** What the card ends with: how one stands with the model, and the next step. */
export function ModelActions({ model }: { model: Model }) {
  const { t } = useTranslation('models')
  const { can } = useSession()
  const status = model.mySubscription?.status
  const isOver = status === 'cancelled' || status === 'expired'
  return (
    <Flex
      justifyContent={{ default: 'justifyContentSpaceBetween' }}
      alignItems={{ default: 'alignItemsCenter' }}
      className="lm-model-card__foot"
    >
      <FlexItem>{status !== undefined && !isOver && <SubscriptionState status={status} />}</FlexItem>
      <FlexItem>
        {status === 'active' && can('keys:create') ? (
          <LinkButton
            to="/api-keys"
            search={{ open: 'new', model: model.id }}
            variant="link"
            size="sm"
            aria-label={t('act.createKeyFor', { model: model.name })}
          >
            {t('act.createKey')}
          </LinkButton>
        ) : (
          <SubscribeButton model={model} variant="secondary" size="sm" />
        )}
      </FlexItem>
    </Flex>
  )
}
