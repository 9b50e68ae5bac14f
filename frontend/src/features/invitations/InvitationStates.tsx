import {
  ActionGroup,
  Alert,
  Button,
  Card,
  CardBody,
  Content,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
  EmptyState,
  EmptyStateActions,
  EmptyStateBody,
  EmptyStateFooter,
  PageSection,
  Stack,
  StackItem,
  Title,
} from '@patternfly/react-core'
import EnvelopeIcon from '@patternfly/react-icons/dist/esm/icons/envelope-open-text-icon'
import UserCheckIcon from '@patternfly/react-icons/dist/esm/icons/user-check-icon'
import UserTimesIcon from '@patternfly/react-icons/dist/esm/icons/user-times-icon'
import type { components } from '@litemaas/client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { ComponentType, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { LinkButton } from '../../app/LinkButton.tsx'
import { useSession } from '../../app/session.ts'
import { useFormats } from '../../ui/formats.ts'
import { useErrorText } from '../../ui/use-error-text.ts'
import { useToasts } from '../../ui/Toasts.tsx'

type InvitationOffer = components['schemas']['InvitationOffer']

/** Everything on every page belongs to the organization that one works in. */
function useWorkingIn() {
  const queries = useQueryClient()
  const navigate = useNavigate()
  return async (organizationId: string) => {
    await api.switchOrganization({ body: { organizationId } })
    await navigate({ to: '/', search: {} })
    // The invitation itself is used up by now, and would be missed.
    await queries.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'invitations' })
  }
}

export function Offer({ offer, token }: { offer: InvitationOffer; token: string }) {
  const { t } = useTranslation('invitations')
  const { user } = useSession()
  const { date } = useFormats()
  const { say } = useToasts()
  const textOf = useErrorText()
  const workIn = useWorkingIn()
  const accept = useMutation({
    mutationFn: async () => {
      const { data } = await api.acceptInvitation({ body: { token } })
      say(t('joined', { organization: data.organizationName }))
      await workIn(data.organizationId)
    },
  })
  return (
    <PageSection isFilled>
      <Card className="lm-invitation">
        <CardBody>
          <Stack hasGutter>
            <StackItem>
              <Title headingLevel="h1">{t('offer.title', { organization: offer.organizationName })}</Title>
              <Content component="p">{t('offer.text', { organization: offer.organizationName })}</Content>
            </StackItem>
            <StackItem>
              <DescriptionList isHorizontal isCompact>
                <Fact term={t('fact.organization')}>{offer.organizationName}</Fact>
                <Fact term={t('fact.role')}>
                  {t(`common:role.${offer.role}`)}
                  <Content component="small">{t(`roleHint.${offer.role}`)}</Content>
                </Fact>
                <Fact term={t('fact.account')}>{user.email ?? user.username}</Fact>
                <Fact term={t('fact.until')}>
                  <time dateTime={offer.expiresAt}>{date(offer.expiresAt)}</time>
                </Fact>
              </DescriptionList>
            </StackItem>
            {accept.error && (
              <StackItem>
                <Alert
                  variant="danger"
                  isInline
                  isLiveRegion
                  component="h2"
                  title={textOf(accept.error).message}
                >
                  {textOf(accept.error).suggestion}
                </Alert>
              </StackItem>
            )}
            <StackItem>
              <ActionGroup>
                <Button
                  isLoading={accept.isPending}
                  isDisabled={accept.isPending}
                  onClick={() => accept.mutate()}
                >
                  {t('act.accept')}
                </Button>{' '}
                <LinkButton variant="link" to="/">
                  {t('act.later')}
                </LinkButton>
              </ActionGroup>
            </StackItem>
          </Stack>
        </CardBody>
      </Card>
    </PageSection>
  )
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <DescriptionListGroup>
      <DescriptionListTerm>{term}</DescriptionListTerm>
      <DescriptionListDescription>{children}</DescriptionListDescription>
    </DescriptionListGroup>
  )
}

/** Used, revoked, expired or never made: the server does not say which. */
export function OverInvitation() {
  const { t } = useTranslation('invitations')
  return (
    <Told icon={EnvelopeIcon} title={t('over.title')} text={t('over.text')}>
      <LinkButton to="/">{t('common:error.home')}</LinkButton>
    </Told>
  )
}

export function AlreadyMember({ offer }: { offer: InvitationOffer }) {
  const { t } = useTranslation('invitations')
  const { organization } = useSession()
  const { fail } = useToasts()
  const workIn = useWorkingIn()
  const change = useMutation({ mutationFn: () => workIn(offer.organizationId), onError: fail })
  const isHere = organization?.id === offer.organizationId
  return (
    <Told
      icon={UserCheckIcon}
      title={t('member.title', { organization: offer.organizationName })}
      text={isHere ? t('member.here') : t('member.text')}
    >
      {isHere ? (
        <LinkButton to="/">{t('common:error.home')}</LinkButton>
      ) : (
        <Button isLoading={change.isPending} isDisabled={change.isPending} onClick={() => change.mutate()}>
          {t('act.workThere', { organization: offer.organizationName })}
        </Button>
      )}
    </Told>
  )
}

export function NotForYou({ offer, token }: { offer: InvitationOffer; token: string }) {
  const { t } = useTranslation('invitations')
  const { user } = useSession()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const { fail } = useToasts()
  const leave = useMutation({
    mutationFn: async () => {
      await api.signOut()
      queries.clear()
      await navigate({ to: '/sign-in', search: { returnTo: `/invitations/${token}` } })
    },
    onError: fail,
  })
  return (
    <Told
      icon={UserTimesIcon}
      title={t('other.title', { organization: offer.organizationName })}
      text={t('other.text', { account: user.email ?? user.username })}
    >
      <Button isLoading={leave.isPending} isDisabled={leave.isPending} onClick={() => leave.mutate()}>
        {t('act.change')}
      </Button>
    </Told>
  )
}

interface ToldProps {
  readonly icon: ComponentType
  readonly title: string
  readonly text: string
  readonly children: ReactNode
}

function Told({ icon, title, text, children }: ToldProps) {
  return (
    <PageSection isFilled>
      <EmptyState headingLevel="h1" icon={icon} titleText={title}>
        <EmptyStateBody>{text}</EmptyStateBody>
        <EmptyStateFooter>
          <EmptyStateActions>{children}</EmptyStateActions>
        </EmptyStateFooter>
      </EmptyState>
    </PageSection>
  )
}
