import { Alert, Card, CardBody, CardTitle } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../../ui/formats.ts'
import { StateLabel } from '../../ui/StateLabel.tsx'
import type { CatalogueModel, Deployment } from './catalogue-queries.ts'
import { Facts } from './Facts.tsx'
import { keyEndOf } from './model-state.ts'

const tones = { synced: 'success', pending: 'info', failed: 'danger' } as const

/** How LiteLLM reaches the provider, and whether it has taken what we said. */
export function DeploymentFacts({ model }: { model: CatalogueModel }) {
  const { t } = useTranslation('catalogue')
  return (
    <Card isCompact isFullHeight>
      <CardTitle component="h2">{t('upstream.title')}</CardTitle>
      <CardBody>
        {model.deployments.length === 0 ? (
          <div className="lm-stack">
            <p>{t(model.removedAt === null ? 'upstream.unknown' : 'upstream.removed')}</p>
            <Facts
              facts={
                model.litellmIds.length === 0
                  ? []
                  : [[t('upstream.litellmId'), <Ids key="ids" ids={model.litellmIds} />]]
              }
            />
          </div>
        ) : (
          <div className="lm-stack">
            {model.deployments.map((one) => (
              <OneDeployment key={one.litellmId} deployment={one} />
            ))}
          </div>
        )}
      </CardBody>
    </Card>
  )
}

const Ids = ({ ids }: { ids: readonly string[] }) => <span className="lm-code">{ids.join(', ')}</span>

function OneDeployment({ deployment }: { deployment: Deployment }) {
  const { t } = useTranslation('catalogue')
  const { number } = useFormats()
  const limit = (value: number | null) => (value === null ? t('common:state.unlimited') : number(value))
  const own = (value: number | null) => (value === null ? t('form.asLiteLLM') : number(value))
  const { syncState, syncMessage } = deployment
  return (
    <>
      {syncMessage !== null && (
        <Alert
          isInline
          variant={syncState === 'failed' ? 'danger' : 'warning'}
          component="p"
          title={t('upstream.objection')}
        >
          {syncMessage}
        </Alert>
      )}
      <Facts
        facts={[
          [
            t('field.sync'),
            <StateLabel key="sync" tone={tones[syncState]}>
              {t(`sync.${syncState}`)}
            </StateLabel>,
          ],
          [t('field.providerModel'), <Code key="model" text={deployment.providerModel} />],
          [
            t('field.apiBase'),
            deployment.apiBase === null ? t('upstream.usual') : <Code key="base" text={deployment.apiBase} />,
          ],
          [
            t('field.apiKey'),
            deployment.providerKeyHint === null
              ? t('upstream.noKey')
              : t('upstream.keyEnds', { end: keyEndOf(deployment.providerKeyHint) }),
          ],
          [t('field.rpmLimit'), limit(deployment.rpmLimit)],
          [t('field.tpmLimit'), limit(deployment.tpmLimit)],
          [t('field.timeoutSeconds'), own(deployment.timeoutSeconds)],
          [t('field.maxRetries'), own(deployment.maxRetries)],
          [t('upstream.origin'), t(deployment.isAdopted ? 'upstream.adopted' : 'upstream.made')],
          [t('upstream.litellmId'), <Code key="id" text={deployment.litellmId} />],
        ]}
      />
    </>
  )
}

function Code({ text }: { text: string | null }) {
  const { t } = useTranslation('catalogue')
  return text === null ? t('form.unknown') : <span className="lm-code">{text}</span>
}
