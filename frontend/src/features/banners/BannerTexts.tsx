import { Label, Tab, Tabs, TabTitleText } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import { languageNames, languages, type Language } from '../../i18n/index.ts'
import { TextAreaField, TextField } from '../../ui/fields.tsx'
import type { BannerDraft } from './banner-form.ts'

interface BannerTextsProps {
  readonly draft: BannerDraft
  readonly language: Language
  onLanguage(language: Language): void
  onChange(change: Partial<BannerDraft>): void
}

/** The announcement in each language, and where its link leads. */
export function BannerTexts({ draft, language, onLanguage, onChange }: BannerTextsProps) {
  const { t } = useTranslation('banners')
  const isEnglish = language === 'en'
  const isWritten = (one: Language) => (draft.texts[one] ?? '').trim() !== ''
  return (
    <>
      <Tabs
        activeKey={language}
        aria-label={t('form.languages')}
        onSelect={(_event, key) => onLanguage(languages.find((one) => one === key) ?? 'en')}
      >
        {languages.map((one) => (
          <Tab
            key={one}
            eventKey={one}
            tabContentId={`banner-${one}`}
            title={
              <TabTitleText lang={one}>
                {languageNames[one]}{' '}
                {isWritten(one) && (
                  <Label isCompact color="green">
                    {t('form.written')}
                  </Label>
                )}
              </TabTitleText>
            }
          />
        ))}
      </Tabs>
      <div
        id={`banner-${language}`}
        role="tabpanel"
        aria-label={languageNames[language]}
        className="lm-stack"
      >
        <TextAreaField
          name="texts"
          label={t('field.text')}
          hint={isEnglish ? t('hint.text') : t('hint.textOther')}
          isRequired={isEnglish}
          value={draft.texts[language] ?? ''}
          maxLength={2000}
          onChange={(text) => onChange({ texts: { ...draft.texts, [language]: text } })}
        />
        <TextField
          name="linkUrl"
          label={t('field.linkUrl')}
          hint={t('hint.linkUrl')}
          type="url"
          placeholder="https://"
          value={draft.linkUrl}
          maxLength={2000}
          onChange={(linkUrl) => onChange({ linkUrl })}
        />
        {draft.linkUrl.trim() !== '' && (
          <TextField
            name="linkTexts"
            label={t('field.linkText')}
            hint={t('hint.linkText')}
            value={draft.linkTexts[language] ?? ''}
            maxLength={100}
            onChange={(text) => onChange({ linkTexts: { ...draft.linkTexts, [language]: text } })}
          />
        )}
      </div>
    </>
  )
}
