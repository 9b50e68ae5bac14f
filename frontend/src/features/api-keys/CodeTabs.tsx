import { Tab, Tabs, TabTitleText } from '@patternfly/react-core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CodeSample } from '../../ui/CodeSample.tsx'
import { codeOf, languages, type CodeLanguage, type ModelCall } from './code-of-call.ts'

const masked = (secret: string) => `${secret.slice(0, 11)}${'•'.repeat(8)}`

interface CodeTabsProps {
  readonly call: ModelCall
  /** Masked in what is shown, whole in what is copied; without one the code reads it from the environment. */
  readonly secret?: string | undefined
}

/** One call of a model at this installation, in the languages that people use. */
export function CodeTabs({ call, secret }: CodeTabsProps) {
  const { t } = useTranslation('api-keys')
  const [language, setLanguage] = useState<CodeLanguage>('curl')
  const baseUrl = `${location.origin}/v1`
  return (
    <Tabs
      aria-label={t('snippet.language')}
      activeKey={language}
      onSelect={(_event, key) => setLanguage(languages.find((one) => one === key) ?? 'curl')}
    >
      {languages.map((one) => (
        <Tab key={one} eventKey={one} title={<TabTitleText>{t(`snippet.${one}`)}</TabTitleText>}>
          <div className="lm-tab-body">
            {one === language && (
              <CodeSample
                label={t(`snippet.${one}`)}
                code={codeOf(one, call, { baseUrl, key: secret === undefined ? undefined : masked(secret) })}
                copied={codeOf(one, call, { baseUrl, key: secret })}
              />
            )}
          </div>
        </Tab>
      ))}
    </Tabs>
  )
}
