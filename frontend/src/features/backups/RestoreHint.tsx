import { Content, ExpandableSection, List, ListItem } from '@patternfly/react-core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CodeSample } from '../../ui/CodeSample.tsx'

const COMMANDS = `npm run db:migrate
npm run db:restore -- backup.file
npm run db:restore -- backup.file --confirm <installation>`

/** No server may hold the rights to restore, so the console can only say how it is done. */
export function RestoreHint() {
  const { t } = useTranslation('backups')
  const [isOpen, setIsOpen] = useState(false)
  return (
    <ExpandableSection
      toggleText={t('restore.title')}
      isExpanded={isOpen}
      onToggle={(_event, next) => setIsOpen(next)}
    >
      <div className="lm-stack lm-settings__form">
        <Content component="p">{t('restore.why')}</Content>
        <List component="ol">
          <ListItem>{t('restore.stop')}</ListItem>
          <ListItem>{t('restore.set')}</ListItem>
          <ListItem>{t('restore.run')}</ListItem>
        </List>
        <CodeSample label={t('restore.title')} code={COMMANDS} />
        <Content component="p">{t('restore.after')}</Content>
      </div>
    </ExpandableSection>
  )
}
