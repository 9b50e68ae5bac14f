import {
  Alert,
  AlertActionCloseButton,
  AlertActionLink,
  FormSection,
  Grid,
  GridItem,
} from '@patternfly/react-core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { currentLanguage, type Language } from '../../i18n/index.ts'
import { NumberField, SelectField, SwitchField } from '../../ui/fields.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { Markdown } from '../../ui/Markdown.tsx'
import { useToasts } from '../../ui/Toasts.tsx'
import {
  bannerOf,
  complaintsAbout,
  draftOf,
  emptyBanner,
  severities,
  type BannerDraft,
} from './banner-form.ts'
import { useChangeBanner, useCreateBanner, type Banner } from './banner-queries.ts'
import { BannerTexts } from './BannerTexts.tsx'
import { MomentField } from './MomentField.tsx'
import { RoleField } from './RoleField.tsx'

const platformRoles = ['admin', 'adminReadonly', 'user'] as const
const organizationRoles = ['admin', 'manager', 'member', 'viewer'] as const

/** Puts an announcement up, or changes one, and shows all the time what people will see. */
export function BannerDialog({ banner, onClose }: { banner?: Banner; onClose: () => void }) {
  const { t } = useTranslation('banners')
  const { say } = useToasts()
  // As it was when the dialog opened.
  const [shown] = useState(banner)
  const [draft, setDraft] = useState(shown ? draftOf(shown) : emptyBanner)
  const [language, setLanguage] = useState<Language>(shown ? currentLanguage() : 'en')
  const create = useCreateBanner()
  const change = useChangeBanner()
  const patch = (next: Partial<BannerDraft>) => setDraft({ ...draft, ...next })
  const check = () => {
    const found = complaintsAbout(draft)
    // The field that is wrong must be there to be pointed at.
    if (found['texts'] ?? found['linkTexts']) setLanguage('en')
    return Object.fromEntries(
      Object.entries(found).map(([field, complaint]) => [field, t(`complaint.${complaint}`)]),
    )
  }
  const submit = async () => {
    const body = bannerOf(draft)
    if (shown) await change.mutateAsync({ banner: shown, body })
    else await create.mutateAsync(body)
    say(t(shown ? 'edit.done' : 'create.done'))
  }
  return (
    <FormDialog
      title={t(shown ? 'edit.title' : 'create.title')}
      act={shown ? t('common:act.save') : t('create.act')}
      size="large"
      check={check}
      onSubmit={submit}
      onClose={onClose}
    >
      <BannerPreview draft={draft} language={language} />
      <BannerTexts draft={draft} language={language} onLanguage={setLanguage} onChange={patch} />
      <SelectField
        name="severity"
        label={t('field.severity')}
        value={draft.severity}
        options={severities.map((value) => ({ value, label: t(`severity.${value}`) }))}
        onChange={(chosen) => patch({ severity: severities.find((one) => one === chosen) ?? 'info' })}
      />
      <FormSection title={t('form.audience')} titleElement="h2">
        <Grid hasGutter md={6}>
          <GridItem>
            <RoleField
              name="platformRoles"
              label={t('field.platformRoles')}
              hint={t('hint.roles')}
              roles={platformRoles}
              chosen={draft.platformRoles}
              nameOf={(role) => t(`common:platformRole.${role}`)}
              onChange={(chosen) => patch({ platformRoles: chosen })}
            />
          </GridItem>
          <GridItem>
            <RoleField
              name="organizationRoles"
              label={t('field.organizationRoles')}
              hint={t('hint.roles')}
              roles={organizationRoles}
              chosen={draft.organizationRoles}
              nameOf={(role) => t(`common:role.${role}`)}
              onChange={(chosen) => patch({ organizationRoles: chosen })}
            />
          </GridItem>
        </Grid>
        <SwitchField
          name="isPublic"
          label={t('field.isPublic')}
          hint={t('hint.isPublic')}
          value={draft.isPublic}
          onChange={(isPublic) => patch({ isPublic })}
        />
      </FormSection>
      <FormSection title={t('form.time')} titleElement="h2">
        <Grid hasGutter md={6}>
          <GridItem>
            <MomentField
              name="startsAt"
              label={t('field.startsAt')}
              hint={t('hint.startsAt')}
              value={draft.startsAt}
              onChange={(startsAt) => patch({ startsAt })}
            />
          </GridItem>
          <GridItem>
            <MomentField
              name="endsAt"
              label={t('field.endsAt')}
              hint={t('hint.endsAt')}
              value={draft.endsAt}
              onChange={(endsAt) => patch({ endsAt })}
            />
          </GridItem>
        </Grid>
        <SwitchField
          name="isDismissible"
          label={t('field.isDismissible')}
          value={draft.isDismissible}
          onChange={(isDismissible) => patch({ isDismissible })}
        />
        {draft.isDismissible && (
          <NumberField
            name="dismissHours"
            label={t('field.dismissHours')}
            hint={t('hint.dismissHours')}
            unit={t('unit.hours')}
            min={1}
            value={draft.dismissHours}
            onChange={(dismissHours) => patch({ dismissHours })}
          />
        )}
        <SwitchField
          name="isEnabled"
          label={t('field.isEnabled')}
          hint={t('hint.isEnabled')}
          value={draft.isEnabled}
          onChange={(isEnabled) => patch({ isEnabled })}
        />
      </FormSection>
    </FormDialog>
  )
}

/** As the page will show it; a language without a text falls back to English. */
function BannerPreview({ draft, language }: { draft: BannerDraft; language: Language }) {
  const { t } = useTranslation('banners')
  const inLanguage = (texts: BannerDraft['texts']) => {
    const own = texts[language]?.trim() ?? ''
    return own === '' ? (texts.en ?? '') : own
  }
  const text = inLanguage(draft.texts)
  const link = inLanguage(draft.linkTexts)
  return (
    <div role="group" aria-label={t('form.preview')}>
      <small>{t('form.preview')}</small>
      <Alert
        variant={draft.severity}
        isInline
        component="p"
        title={text === '' ? t('form.previewEmpty') : <Markdown text={text} />}
        {...(draft.isDismissible
          ? { actionClose: <AlertActionCloseButton aria-label={t('common:act.close')} onClose={() => {}} /> }
          : {})}
        {...(draft.linkUrl === ''
          ? {}
          : {
              actionLinks: (
                <AlertActionLink component="span">{link === '' ? draft.linkUrl : link}</AlertActionLink>
              ),
            })}
      />
    </div>
  )
}
