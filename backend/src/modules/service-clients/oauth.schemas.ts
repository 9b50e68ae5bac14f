import { Type, type Static } from '@sinclair/typebox'
import { strictObject, StringEnum } from '#platform/http'

/** RFC 6749, appendix A: printable ASCII. */
const Printable = (maxLength: number, description: string) =>
  Type.Optional(Type.String({ maxLength, pattern: '^[ -~]*$', description }))

const credentials = {
  client_id: Printable(200, 'Where the client does not send `Authorization: Basic`.'),
  client_secret: Printable(200, 'Where the client does not send `Authorization: Basic`.'),
}
const options = { description: 'Other fields are ignored, as the specification demands.' }

export const TokenForm = Type.Object(
  {
    grant_type: Printable(100, '`client_credentials`.'),
    scope: Printable(2000, 'Some of the client’s scopes, separated by spaces; without it all of them.'),
    ...credentials,
  },
  options,
)
export type TokenForm = Static<typeof TokenForm>

export const TokenNameForm = Type.Object(
  {
    token: Printable(8192, 'The token in question.'),
    token_type_hint: Printable(100, '`access_token`; there are no others.'),
    ...credentials,
  },
  options,
)
export type TokenNameForm = Static<typeof TokenNameForm>

/** Nothing of a request may stand in its URL. */
export const NoQuery = strictObject({})

export const ServiceToken = strictObject(
  {
    access_token: Type.String({ maxLength: 8192 }),
    token_type: StringEnum(['Bearer']),
    expires_in: Type.Integer({ minimum: 1, maximum: 900, description: 'Seconds.' }),
    scope: Type.String({ maxLength: 2000, description: 'What it may do, separated by spaces.' }),
  },
  { $id: 'ServiceToken', description: 'A service client’s access token (RFC 6749, 5.1).' },
)
export type ServiceToken = Static<typeof ServiceToken>

export const Introspection = strictObject(
  {
    active: Type.Boolean({ description: 'False for every token that is not good, or not for you to know.' }),
    scope: Type.Optional(Type.String({ maxLength: 2000 })),
    client_id: Type.Optional(Type.String({ maxLength: 100 })),
    token_type: Type.Optional(StringEnum(['Bearer'])),
    exp: Type.Optional(Type.Integer({ description: 'Seconds since 1970.' })),
    iat: Type.Optional(Type.Integer({ description: 'Seconds since 1970.' })),
    sub: Type.Optional(Type.String({ maxLength: 100 })),
    aud: Type.Optional(Type.String({ maxLength: 100 })),
    iss: Type.Optional(Type.String({ maxLength: 500 })),
    jti: Type.Optional(Type.String({ maxLength: 100 })),
  },
  { $id: 'TokenIntrospection', description: 'What a token is (RFC 7662, 2.2).' },
)
export type Introspection = Static<typeof Introspection>

const Words = (description: string) => Type.Array(Type.String({ maxLength: 200 }), { description })
const Address = Type.String({ maxLength: 500 })

export const AuthorizationServer = strictObject(
  {
    issuer: Address,
    token_endpoint: Address,
    token_endpoint_auth_methods_supported: Words('How a client shows its secret.'),
    introspection_endpoint: Address,
    introspection_endpoint_auth_methods_supported: Words('How a client shows its secret.'),
    revocation_endpoint: Address,
    revocation_endpoint_auth_methods_supported: Words('How a client shows its secret.'),
    grant_types_supported: Words('People sign in at the identity provider, not here.'),
    response_types_supported: Words('None: there is no authorization endpoint.'),
    scopes_supported: Words('Permissions that a machine may have.'),
  },
  { $id: 'AuthorizationServer', description: 'RFC 8414.' },
)
export type AuthorizationServer = Static<typeof AuthorizationServer>
