import { Content, Stack, StackItem } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import type { Range } from '../ranges.ts'
import { CompletenessCard } from './CompletenessCard.tsx'
import { IntakeCard } from './IntakeCard.tsx'
import { LedgerCard } from './LedgerCard.tsx'
import { RecountsCard } from './RecountsCard.tsx'

/** Whether the figures can be trusted, and what to do where they cannot. Of the whole installation. */
export function DataQuality({ range }: { readonly range: Range }) {
  const { t } = useTranslation('usage')
  return (
    <Stack hasGutter>
      <StackItem>
        <Content component="p">{t('quality.intro')}</Content>
      </StackItem>
      <StackItem>
        <CompletenessCard range={range} />
      </StackItem>
      <StackItem>
        <IntakeCard />
      </StackItem>
      <StackItem>
        <RecountsCard range={range} />
      </StackItem>
      <StackItem>
        <LedgerCard />
      </StackItem>
    </Stack>
  )
}
