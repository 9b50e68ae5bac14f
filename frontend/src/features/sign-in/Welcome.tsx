import { Content, Title } from '@patternfly/react-core'
import CatalogIcon from '@patternfly/react-icons/dist/esm/icons/catalog-icon'
import ChartLineIcon from '@patternfly/react-icons/dist/esm/icons/chart-line-icon'
import KeyIcon from '@patternfly/react-icons/dist/esm/icons/key-icon'
import { useTranslation } from 'react-i18next'

const points = [
  ['models', CatalogIcon],
  ['keys', KeyIcon],
  ['usage', ChartLineIcon],
] as const

/** What is behind the door, for somebody who has never been here. */
export function Welcome() {
  const { t } = useTranslation('sign-in')
  return (
    <aside className="lm-sign-in__welcome" aria-label={t('welcome.label')}>
      <div className="lm-sign-in__welcome-text">
        <Title headingLevel="h2" size="4xl">
          {t('welcome.title')}
        </Title>
        <ul className="lm-sign-in__points">
          {points.map(([name, Icon]) => (
            <li key={name}>
              <span className="lm-sign-in__point-icon" aria-hidden>
                <Icon />
              </span>
              <div>
                <Content component="p">
                  <strong>{t(`welcome.${name}.title`)}</strong>
                </Content>
                <Content component="p">{t(`welcome.${name}.text`)}</Content>
              </div>
            </li>
          ))}
        </ul>
      </div>
    </aside>
  )
}
