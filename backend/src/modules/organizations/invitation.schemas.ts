import { Type, type Static } from '@sinclair/typebox'
import { Nullable, pageQuery, strictObject, StringEnum, Timestamp, Uuid } from '#platform/http'
import { OrganizationRole } from './organization.schemas.ts'

const InvitationStatus = StringEnum(['open', 'accepted', 'expired', 'revoked'], 'Only an open one is good.')

const Person = strictObject({
  userId: Uuid(),
  displayName: Nullable(Type.String({ maxLength: 200 }), {
    description: 'Null for somebody who is no member of the organization.',
  }),
})

export const Invitation = strictObject(
  {
    id: Uuid(),
    email: Nullable(Type.String({ maxLength: 320 }), {
      description: 'Only who has verified this address can accept it; null: whoever has the link.',
    }),
    role: OrganizationRole,
    teamIds: Type.Array(Uuid(), { description: 'Joined besides the default team.' }),
    status: InvitationStatus,
    createdBy: Person,
    createdAt: Timestamp(),
    expiresAt: Timestamp(),
    acceptedBy: Nullable(Person),
    acceptedAt: Nullable(Timestamp()),
  },
  { $id: 'Invitation', description: 'A link by which one person joins the organization.' },
)
export type Invitation = Static<typeof Invitation>

export const InvitationWithLink = strictObject(
  {
    ...Invitation.properties,
    url: Nullable(Type.String({ maxLength: 2000 }), {
      description: 'The link, shown this once. Null when an Idempotency-Key repeats an earlier answer.',
    }),
  },
  { $id: 'InvitationWithLink' },
)
export type InvitationWithLink = Static<typeof InvitationWithLink>

export const CreateInvitation = strictObject({
  email: Type.Optional(
    Type.String({
      format: 'email',
      minLength: 3,
      maxLength: 320,
      description: 'Only who has verified this address can accept the invitation.',
    }),
  ),
  role: Type.Optional(OrganizationRole),
  teamIds: Type.Optional(
    Type.Array(Uuid(), { maxItems: 20, description: 'Teams to join besides the default team.' }),
  ),
  validForHours: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 720, default: 168, description: 'One hour to thirty days.' }),
  ),
})
export type CreateInvitation = Static<typeof CreateInvitation>

export const InvitationListQuery = strictObject({
  ...pageQuery,
  status: Type.Optional(InvitationStatus),
  search: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'Part of the e-mail address.' }),
  ),
  sort: Type.Optional(
    StringEnum(
      ['createdAt', '-createdAt', 'expiresAt', '-expiresAt'],
      'Newest first when absent; a leading minus turns the order round.',
    ),
  ),
})
export type InvitationListQuery = Static<typeof InvitationListQuery>

const Token = Type.String({
  pattern: '^[A-Za-z0-9_-]{43}$',
  maxLength: 43,
  description: 'The last part of the invitation’s link.',
})

export const TokenParams = strictObject({ token: Token })

export const AcceptInvitation = strictObject({ token: Token })

export const InvitationOffer = strictObject(
  {
    organizationId: Uuid(),
    organizationName: Type.String({ maxLength: 200 }),
    role: OrganizationRole,
    expiresAt: Timestamp(),
    isForYou: Type.Boolean({
      description: 'False when it is made out to an e-mail address that you have not verified.',
    }),
    isMember: Type.Boolean({ description: 'You belong to this organization already.' }),
  },
  { $id: 'InvitationOffer', description: 'What accepting an invitation gives.' },
)
export type InvitationOffer = Static<typeof InvitationOffer>

export const JoinedOrganization = strictObject(
  {
    organizationId: Uuid(),
    organizationName: Type.String({ maxLength: 200 }),
    role: OrganizationRole,
    teamIds: Type.Array(Uuid()),
  },
  {
    $id: 'JoinedOrganization',
    description: 'A new membership; work there after `PUT /api/auth/organization`.',
  },
)
export type JoinedOrganization = Static<typeof JoinedOrganization>
