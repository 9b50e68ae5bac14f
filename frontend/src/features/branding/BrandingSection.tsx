import { Grid, GridItem, Title } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import { TextField } from '../../ui/fields.tsx'
import { SectionForm } from '../settings/SectionForm.tsx'
import { LogoCard } from './LogoCard.tsx'
import type { Slot } from './branding-queries.ts'

const slots: readonly Slot[] = ['header-logo-light', 'header-logo-dark', 'login-logo']

/** How the installation is called and how it looks. */
export function BrandingSection() {
  const { t } = useTranslation('branding')
  return (
    <div className="lm-stack">
      <SectionForm
        name="branding"
        check={({ title }) => (title.trim() === '' ? { title: t('complaint.title') } : {})}
      >
        {({ draft, isDisabled, onChange }) => (
          <>
            <TextField
              name="title"
              label={t('field.title')}
              hint={t('hint.title')}
              isRequired
              isDisabled={isDisabled}
              maxLength={80}
              value={draft.title}
              onChange={(title) => onChange({ title })}
            />
            <TextField
              name="subtitle"
              label={t('field.subtitle')}
              hint={t('hint.subtitle')}
              isDisabled={isDisabled}
              maxLength={200}
              value={draft.subtitle ?? ''}
              onChange={(subtitle) => onChange({ subtitle: subtitle === '' ? null : subtitle })}
            />
          </>
        )}
      </SectionForm>
      <Title headingLevel="h3">{t('logos')}</Title>
      <p>{t('limits')}</p>
      <Grid hasGutter md={6} xl={4}>
        {slots.map((slot) => (
          <GridItem key={slot}>
            <LogoCard slot={slot} />
          </GridItem>
        ))}
      </Grid>
    </div>
  )
}
