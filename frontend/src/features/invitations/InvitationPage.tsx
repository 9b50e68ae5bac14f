import './invitations.css'
import { Card, CardBody, PageSection, Skeleton, Title } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { api, ApiError } from '../../app/api.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { useTitle } from '../../ui/use-title.ts'
import { AlreadyMember, NotForYou, Offer, OverInvitation } from './InvitationStates.tsx'

/** Where an invitation's link leads: what is offered, by whom, and whether it can be taken. */
export function InvitationPage() {
  const { t } = useTranslation('invitations')
  const { token = '' } = useParams({ strict: false })
  const { data, error, refetch } = useQuery({
    queryKey: ['invitations', token],
    queryFn: async () => (await api.getInvitationOffer({ path: { token } })).data,
    retry: false,
    staleTime: Infinity,
  })
  useTitle(t('title'))
  if (error instanceof ApiError && (error.status === 404 || error.status === 400)) return <OverInvitation />
  if (error !== null)
    return (
      <PageSection isFilled>
        <ErrorState error={error} onRetry={() => void refetch()} />
      </PageSection>
    )
  if (data === undefined)
    return (
      <PageSection isFilled>
        <Card className="lm-invitation">
          <CardBody>
            <Title headingLevel="h1">{t('title')}</Title>
            <br />
            <Skeleton width="80%" screenreaderText={t('common:state.loading')} />
            <br />
            <Skeleton width="50%" />
          </CardBody>
        </Card>
      </PageSection>
    )
  if (data.isMember) return <AlreadyMember offer={data} />
  if (!data.isForYou) return <NotForYou offer={data} token={token} />
  return <Offer offer={data} token={token} />
}
