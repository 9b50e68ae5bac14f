import {
  Content,
  FormSelect,
  FormSelectOption,
  Nav,
  NavItem,
  NavList,
  Sidebar,
  SidebarContent,
  SidebarPanel,
  Title,
} from '@patternfly/react-core'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { lazy, Suspense, type ComponentType } from 'react'
import { useTranslation } from 'react-i18next'
import { MissingPage } from '../../app/MissingPage.tsx'
import { PendingPage } from '../../app/PendingPage.tsx'
import { useIsNarrow } from '../../app/use-is-narrow.ts'
import { PageFrame } from '../../ui/PageFrame.tsx'

const sections: Readonly<Record<string, ComponentType>> = {
  'api-keys': lazy(async () => ({ default: (await import('./ApiKeysSection.tsx')).ApiKeysSection })),
  users: lazy(async () => ({ default: (await import('./UsersSection.tsx')).UsersSection })),
  display: lazy(async () => ({ default: (await import('./DisplaySection.tsx')).DisplaySection })),
  'rate-limits': lazy(async () => ({ default: (await import('./RateLimitsSection.tsx')).RateLimitsSection })),
  retention: lazy(async () => ({ default: (await import('./RetentionSection.tsx')).RetentionSection })),
  banners: lazy(async () => ({ default: (await import('../banners/BannersSection.tsx')).BannersSection })),
  branding: lazy(async () => ({
    default: (await import('../branding/BrandingSection.tsx')).BrandingSection,
  })),
  synchronization: lazy(async () => ({
    default: (await import('../catalogue/SynchronizationPanel.tsx')).SynchronizationPanel,
  })),
  backups: lazy(async () => ({ default: (await import('../backups/BackupsSection.tsx')).BackupsSection })),
  about: lazy(async () => ({ default: (await import('./AboutSection.tsx')).AboutSection })),
}

/** What holds for the whole installation. Each section has its own address. */
export function SettingsPage() {
  const { t } = useTranslation('settings')
  const { section = 'api-keys' } = useParams({ strict: false })
  const isNarrow = useIsNarrow()
  const Section = sections[section]
  if (!Section) return <MissingPage />
  return (
    <PageFrame title={t('title')} description={t('description')}>
      <Sidebar hasGutter>
        <SidebarPanel variant="static" width={{ default: 'width_25' }}>
          {isNarrow ? <SectionMenu current={section} /> : <SectionNav current={section} />}
        </SidebarPanel>
        <SidebarContent>
          <Title headingLevel="h2">{t(`section.${section}.name`)}</Title>
          <Content component="p">{t(`section.${section}.description`)}</Content>
          <Suspense fallback={<PendingPage />}>
            <Section key={section} />
          </Suspense>
        </SidebarContent>
      </Sidebar>
    </PageFrame>
  )
}

function SectionNav({ current }: { current: string }) {
  const { t } = useTranslation('settings')
  return (
    <Nav aria-label={t('title')}>
      <NavList>
        {Object.keys(sections).map((name) => (
          <NavItem key={name} isActive={name === current}>
            <Link to="/admin/settings/$section" params={{ section: name }}>
              {t(`section.${name}.name`)}
            </Link>
          </NavItem>
        ))}
      </NavList>
    </Nav>
  )
}

/** Where ten links would push everything else off the screen. */
function SectionMenu({ current }: { current: string }) {
  const { t } = useTranslation('settings')
  const navigate = useNavigate()
  return (
    <FormSelect
      aria-label={t('title')}
      value={current}
      onChange={(_event, section) => void navigate({ to: '/admin/settings/$section', params: { section } })}
    >
      {Object.keys(sections).map((name) => (
        <FormSelectOption key={name} value={name} label={t(`section.${name}.name`)} />
      ))}
    </FormSelect>
  )
}
