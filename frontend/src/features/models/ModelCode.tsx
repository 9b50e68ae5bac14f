import { Card, CardBody, CardHeader, CardTitle, Content } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import { exampleCall } from '../api-keys/code-of-call.ts'
import { CodeTabs } from '../api-keys/CodeTabs.tsx'
import type { Model } from './catalogue-queries.ts'

/** A first call, fit for what kind of model it is. */
export function ModelCode({ model }: { model: Model }) {
  const { t } = useTranslation('models')
  const isMine = model.mySubscription?.status === 'active'
  return (
    <Card isCompact>
      <CardHeader>
        <CardTitle component="h2">{t('page.call')}</CardTitle>
      </CardHeader>
      <CardBody>
        <Content component="p">{isMine ? t('page.callHint') : t('page.callHintSubscribe')}</Content>
        <CodeTabs call={exampleCall(model.mode, model.name)} />
      </CardBody>
    </Card>
  )
}
