import {
  Card,
  CardBody,
  CardTitle,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
  List,
  ListItem,
} from '@patternfly/react-core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { configurationQuery } from '../../app/session.ts'
import { StateLabel } from '../../ui/StateLabel.tsx'
import { version } from '../../../package.json'

const healthQuery = queryOptions({
  queryKey: ['settings', 'health'],
  queryFn: () => api.getReadiness(),
  refetchInterval: 15_000,
})

const tones = { ready: 'success', degraded: 'warning', unavailable: 'danger' } as const
const dependencies = ['database', 'litellm', 'notifications'] as const

/** What runs here, whether it is well, and where programs look. */
export function AboutSection() {
  const { t } = useTranslation('settings')
  const { data: health, error } = useQuery(healthQuery)
  const { data: configuration } = useQuery(configurationQuery)
  return (
    <div className="lm-stack lm-settings__form">
      <Card isCompact>
        <CardTitle component="h3">{t('about.installation')}</CardTitle>
        <CardBody>
          <DescriptionList
            isHorizontal
            isCompact
            horizontalTermWidthModifier={{ default: '12ch', lg: '24ch' }}
          >
            <Fact term={t('about.version')}>{version}</Fact>
            <Fact term={t('about.address')}>
              <span className="lm-code">{location.origin}</span>
            </Fact>
            <Fact term={t('about.signIn')}>
              {configuration && t(`about.by.${configuration.signInProvider}`)}
            </Fact>
          </DescriptionList>
        </CardBody>
      </Card>
      <Card isCompact>
        <CardTitle component="h3">{t('about.health')}</CardTitle>
        <CardBody>
          {error ? (
            <StateLabel tone="danger">{t('about.status.unavailable')}</StateLabel>
          ) : (
            health && (
              <DescriptionList
                isHorizontal
                isCompact
                horizontalTermWidthModifier={{ default: '12ch', lg: '24ch' }}
              >
                <Fact term={t('about.server')}>
                  <StateLabel tone={tones[health.status]}>{t(`about.status.${health.status}`)}</StateLabel>
                </Fact>
                {dependencies.map((name) => (
                  <Fact key={name} term={t(`about.dependency.${name}`)}>
                    <StateLabel tone={health.dependencies[name] === 'up' ? 'success' : 'danger'}>
                      {t(`about.${health.dependencies[name]}`)}
                    </StateLabel>
                  </Fact>
                ))}
              </DescriptionList>
            )
          )}
        </CardBody>
      </Card>
      <Card isCompact>
        <CardTitle component="h3">{t('about.forPrograms')}</CardTitle>
        <CardBody>
          <List isPlain>
            {configuration?.hasDocumentation === true && (
              <>
                <Place href="/docs" text={t('about.swagger')} />
                <Place href="/openapi.json" text={t('about.document')} />
              </>
            )}
            <Place href="/health/ready" text={t('about.readiness')} />
            <Place href="/metrics" text={t('about.metrics')} />
          </List>
        </CardBody>
      </Card>
    </div>
  )
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <DescriptionListGroup>
      <DescriptionListTerm>{term}</DescriptionListTerm>
      <DescriptionListDescription>{children}</DescriptionListDescription>
    </DescriptionListGroup>
  )
}

function Place({ href, text }: { href: string; text: string }) {
  return (
    <ListItem>
      <a href={href} target="_blank" rel="noreferrer">
        {text}
      </a>{' '}
      <span className="lm-code">{href}</span>
    </ListItem>
  )
}
