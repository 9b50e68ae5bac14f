import { Card, CardBody, CardHeader, CardTitle, Content, Gallery } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import { knownAbility, shownAbilities } from './abilities.ts'
import { AbilityIcon, useAbilityName } from './AbilityLabels.tsx'

/** Each with what it means, because not everybody knows the words. */
export function AbilityList({ abilities }: { abilities: readonly string[] }) {
  const { t } = useTranslation('models')
  const nameOf = useAbilityName()
  const shown = shownAbilities(abilities)
  if (shown.length === 0) return null
  return (
    <Card isCompact>
      <CardHeader>
        <CardTitle component="h2">{t('abilities')}</CardTitle>
      </CardHeader>
      <CardBody>
        <Gallery component="ul" hasGutter minWidths={{ default: '100%', sm: '16rem' }}>
          {shown.map((name) => {
            const known = knownAbility(name)
            return (
              <li key={name} className="lm-ability">
                <AbilityIcon name={name} />
                <div>
                  <strong>{nameOf(name)}</strong>
                  {known !== undefined && <Content component="small">{t(`ability.${known}.text`)}</Content>}
                </div>
              </li>
            )
          })}
        </Gallery>
      </CardBody>
    </Card>
  )
}
