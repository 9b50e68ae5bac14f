import {
  Card,
  CardBody,
  CardTitle,
  Form,
  FormGroup,
  ToggleGroup,
  ToggleGroupItem,
} from '@patternfly/react-core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { chooseLanguageEverywhere } from '../../app/language.ts'
import { chooseThemeEverywhere } from '../../app/preferences.ts'
import { languageNames, languages } from '../../i18n/index.ts'
import { SelectField } from '../../ui/fields.tsx'
import { storedTheme, themes } from '../../ui/theme.ts'

/** Here at once, and with the account. */
export function Appearance() {
  const { t, i18n } = useTranslation(['profile', 'common'])
  const [theme, setTheme] = useState(storedTheme)
  return (
    <Card isFullHeight>
      <CardTitle component="h2">{t('appearance')}</CardTitle>
      <CardBody>
        <Form onSubmit={(event) => event.preventDefault()}>
          <SelectField
            name="language"
            label={t('common:language')}
            hint={t('languageHint')}
            value={i18n.language}
            onChange={(value) => {
              const language = languages.find((one) => one === value)
              if (language) void chooseLanguageEverywhere(language)
            }}
            options={languages.map((value) => ({ value, label: languageNames[value] }))}
          />
          <FormGroup role="group" label={t('common:theme.label')} fieldId="theme">
            <ToggleGroup aria-label={t('common:theme.label')}>
              {themes.map((one) => (
                <ToggleGroupItem
                  key={one}
                  buttonId={`theme-${one}`}
                  text={t(`common:theme.${one}`)}
                  isSelected={theme === one}
                  onChange={() => {
                    setTheme(one)
                    void chooseThemeEverywhere(one)
                  }}
                />
              ))}
            </ToggleGroup>
          </FormGroup>
        </Form>
      </CardBody>
    </Card>
  )
}
