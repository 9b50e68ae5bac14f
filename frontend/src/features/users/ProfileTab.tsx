import {
  Alert,
  Card,
  CardBody,
  CardTitle,
  Grid,
  GridItem,
  Label,
  LabelGroup,
  List,
  ListItem,
} from '@patternfly/react-core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useScope } from '../../app/scope.tsx'
import { languageNames, languages } from '../../i18n/index.ts'
import { Facts, type Fact } from '../../ui/Facts.tsx'
import { useFormats } from '../../ui/formats.ts'
import { When } from '../../ui/When.tsx'
import { MembershipTable } from './MembershipTable.tsx'
import type { UserDetail } from './user-queries.ts'

/** Who somebody is, and where their rights come from. */
export function ProfileTab({ user }: { user: UserDetail }) {
  const { t } = useTranslation(['users', 'common'])
  return (
    <Grid hasGutter>
      {user.roleWarnings.map((warning) => (
        <GridItem key={warning.code}>
          <Alert variant="warning" isInline component="p" title={warning.message} />
        </GridItem>
      ))}
      <GridItem lg={6}>
        <Card isFullHeight>
          <CardTitle component="h2">{t('profile.person')}</CardTitle>
          <CardBody>
            <Facts facts={useFacts(user)} />
          </CardBody>
        </Card>
      </GridItem>
      <GridItem lg={6}>
        <Card isFullHeight>
          <CardTitle component="h2">{t('profile.platform')}</CardTitle>
          <CardBody>
            <Facts facts={useRoleFacts(user)} />
          </CardBody>
        </Card>
      </GridItem>
      <GridItem>
        <Card isPlain>
          <CardTitle component="h2">{t('profile.memberships')}</CardTitle>
          <CardBody>
            <MembershipTable user={user} />
          </CardBody>
        </Card>
      </GridItem>
    </Grid>
  )
}

function useFacts(user: UserDetail): readonly Fact[] {
  const { t } = useTranslation(['users', 'common'])
  const { date } = useFormats()
  const language = languages.find((one) => one === user.language)
  return [
    { term: t('profile.username'), value: user.username },
    {
      term: t('profile.email'),
      value: (
        <>
          {user.email ?? t('common:state.none')}{' '}
          {user.email !== null && user.isEmailVerified && <Label isCompact>{t('profile.verified')}</Label>}
        </>
      ),
    },
    { term: t('column.lastSignIn'), value: <When at={user.lastSignInAt} /> },
    { term: t('profile.since'), value: date(user.createdAt) },
    {
      term: t('common:language'),
      value: language ? languageNames[language] : (user.language ?? t('profile.languageOfBrowser')),
    },
    { term: t('profile.teams'), value: <Teams user={user} /> },
  ]
}

function Teams({ user }: { user: UserDetail }) {
  const { t } = useTranslation(['users', 'common'])
  const { search } = useScope()
  if (user.teams.length === 0) return <>{t('common:state.none')}</>
  return (
    <List isPlain>
      {user.teams.map((team) => (
        <ListItem key={team.id}>
          <Link to="/teams/$teamId" params={{ teamId: team.id }} search={search}>
            {team.name}
          </Link>
          {team.role === 'admin' && <> ({t('profile.teamAdmin')})</>}
        </ListItem>
      ))}
    </List>
  )
}

function useRoleFacts(user: UserDetail): readonly Fact[] {
  const { t } = useTranslation(['users', 'common'])
  const sources = user.roleSources
  return [
    { term: t('profile.platformRole'), value: t(`common:platformRole.${user.platformRole}`) },
    {
      term: t('profile.roleSources'),
      value:
        sources.length === 0 ? (
          t('common:state.none')
        ) : (
          <LabelGroup aria-label={t('profile.roleSources')}>
            {sources.map((source) => (
              <Label key={source} isCompact variant="outline">
                {source}
              </Label>
            ))}
          </LabelGroup>
        ),
    },
    { term: t('profile.roleCheckedAt'), value: <When at={user.roleCheckedAt} /> },
    ...(user.identities === null
      ? []
      : [
          {
            term: t('profile.identities'),
            value: (
              <List isPlain>
                {user.identities.map((one) => (
                  <ListItem key={`${one.issuer} ${one.subject}`} className="lm-code">
                    {one.issuer} · {one.subject}
                  </ListItem>
                ))}
              </List>
            ),
          },
        ]),
    { term: t('profile.roleHint'), value: t('profile.roleHintText') },
  ]
}
