import {
  Button,
  Card,
  CardBody,
  CardHeader,
  CardTitle,
  Grid,
  GridItem,
  Skeleton,
} from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { useFormats } from '../../ui/formats.ts'
import { When } from '../../ui/When.tsx'
import { MyBudgets } from '../budgets/MyBudgets.tsx'
import { Appearance } from './Appearance.tsx'
import { Memberships } from './Memberships.tsx'
import { NameDialog } from './NameDialog.tsx'
import { profileQuery, type Profile } from './profile-queries.ts'

/** Who one is here, how the console looks, where one belongs, and what one is held to. */
export function AboutMe() {
  const { data: profile, error, refetch } = useQuery(profileQuery)
  if (error && !profile) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!profile) return <Skeleton height="16rem" />
  return (
    <Grid hasGutter>
      <GridItem lg={6}>
        <Identity profile={profile} />
      </GridItem>
      <GridItem lg={6}>
        <Appearance />
      </GridItem>
      <GridItem lg={6}>
        <Memberships profile={profile} />
      </GridItem>
      <GridItem lg={6}>
        <Limits profile={profile} />
      </GridItem>
    </Grid>
  )
}

function Identity({ profile }: { profile: Profile }) {
  const { t } = useTranslation(['profile', 'common'])
  const { date } = useFormats()
  const [isEditing, setIsEditing] = useState(false)
  return (
    <Card isFullHeight>
      <CardHeader
        actions={{
          actions: (
            <Button variant="secondary" size="sm" onClick={() => setIsEditing(true)}>
              {t('rename')}
            </Button>
          ),
        }}
      >
        <CardTitle component="h2">{t('who')}</CardTitle>
      </CardHeader>
      <CardBody>
        <Facts
          facts={[
            { term: t('displayName'), value: profile.displayName },
            { term: t('username'), value: profile.username },
            { term: t('email'), value: profile.email ?? t('common:state.none') },
            { term: t('platformRole'), value: t(`common:platformRole.${profile.platformRole}`) },
            { term: t('lastSignIn'), value: <When at={profile.lastSignInAt} /> },
            { term: t('since'), value: date(profile.createdAt) },
          ]}
        />
      </CardBody>
      {isEditing && <NameDialog profile={profile} onClose={() => setIsEditing(false)} />}
    </Card>
  )
}

function Limits({ profile }: { profile: Profile }) {
  const { t } = useTranslation(['profile', 'common'])
  const { number } = useFormats()
  const { limits } = profile
  const shown = (value: number | null | undefined) =>
    value === null || value === undefined ? t('common:state.unlimited') : number(value)
  return (
    <Card isFullHeight>
      <CardHeader>
        <CardTitle component="h2">{t('limits')}</CardTitle>
      </CardHeader>
      <CardBody>
        <Facts
          columns={3}
          facts={[
            { term: t('rpm'), value: shown(limits?.rpmLimit) },
            { term: t('tpm'), value: shown(limits?.tpmLimit) },
            { term: t('parallel'), value: shown(limits?.maxParallelRequests) },
          ]}
        />
      </CardBody>
      <CardBody>
        <MyBudgets levels={['user', 'team', 'organization', 'platform']} />
      </CardBody>
    </Card>
  )
}
