import './sign-in.css'
import { Alert, Button, Content, Flex, FlexItem, Skeleton, Title } from '@patternfly/react-core'
import SignInIcon from '@patternfly/react-icons/dist/esm/icons/sign-in-alt-icon'
import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { configurationQuery } from '../../app/session.ts'
import { Announcements } from './Announcements.tsx'
import { Appearance } from './Appearance.tsx'
import { Welcome } from './Welcome.tsx'
import { startOf } from './sign-in-search.ts'
import { useForwarding } from './use-forwarding.ts'

/** The first page that anybody sees: whose installation this is, and one way in. */
export function SignInPage() {
  const { t } = useTranslation('sign-in')
  const search = useSearch({ from: '/sign-in' })
  const { data, isError, refetch } = useQuery(configurationQuery)
  const branding = data?.settings.branding
  const logo = data?.images.find((image) => image.slot === 'login-logo')
  const title = branding?.title ?? (isError ? t('common:product') : undefined)
  useForwarding(search)
  useEffect(() => {
    document.title = title === undefined ? t('title') : `${t('title')} · ${title}`
  }, [t, title])
  return (
    <div className="lm-sign-in">
      <Welcome />
      <main className="lm-sign-in__main">
        <div className="lm-sign-in__tools">
          <Appearance />
        </div>
        <div className="lm-sign-in__form">
          <img
            src={logo?.url ?? '/icon.svg'}
            alt=""
            className={logo ? 'lm-sign-in__logo' : 'lm-sign-in__icon'}
          />
          <div>
            <Title headingLevel="h1" size="4xl">
              {title ?? <Skeleton width="60%" screenreaderText={t('common:state.loading')} />}
            </Title>
            <Content component="p" className="lm-sign-in__subtitle">
              {branding?.subtitle ?? t('subtitle')}
            </Content>
          </div>
          <Notice error={search.error} isExpired={search.expired === true} />
          {isError && (
            <Alert
              variant="warning"
              isInline
              component="h2"
              title={t('away')}
              actionLinks={
                <Button variant="link" isInline onClick={() => void refetch()}>
                  {t('common:act.retry')}
                </Button>
              }
            />
          )}
          <Announcements banners={data?.banners ?? []} />
          <Button
            component="a"
            href={startOf(search)}
            size="lg"
            isBlock
            icon={<SignInIcon />}
            className="lm-sign-in__go"
          >
            <ProviderText />
          </Button>
          <Content component="small">{t('hint')}</Content>
        </div>
        <Flex className="lm-sign-in__foot" columnGap={{ default: 'columnGapMd' }}>
          {data?.hasDocumentation === true && (
            <FlexItem>
              <a href="/docs">{t('documentation')}</a>
            </FlexItem>
          )}
        </Flex>
      </main>
    </div>
  )
}

const known = [
  'SIGN_IN_DENIED',
  'SIGN_IN_EXPIRED',
  'SIGN_IN_FAILED',
  'SIGN_IN_UNAVAILABLE',
  'RATE_LIMITED',
] as const

/** Why somebody is here who did not mean to be. */
function Notice({ error, isExpired }: { error: string | undefined; isExpired: boolean }) {
  const { t } = useTranslation('sign-in')
  if (error !== undefined) {
    const code = known.find((one) => one === error) ?? 'other'
    return (
      <Alert variant="danger" isInline isLiveRegion component="h2" title={t(`error.${code}.title`)}>
        {t(`error.${code}.hint`)}
      </Alert>
    )
  }
  if (!isExpired) return null
  return (
    <Alert variant="info" isInline isLiveRegion component="h2" title={t('expired.title')}>
      {t('expired.hint')}
    </Alert>
  )
}

/** By the name that the installation gives it, such as "Contoso"; a local installation says there that it lists people. */
function ProviderText() {
  const { t } = useTranslation('sign-in')
  const { data } = useQuery(configurationQuery)
  const provider = data?.signInProviderName
  if (typeof provider === 'string') return t('act.named', { provider })
  return data?.signInProvider === 'openshift' ? t('act.openshift') : t('act.oidc')
}
