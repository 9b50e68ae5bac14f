import { isIP } from 'node:net'
import { Type, type Static } from '@sinclair/typebox'
import { envSchema } from 'env-schema'

const text = (description: string, options: { default?: string } = {}) =>
  Type.String({ description, ...options })
const secret = (description: string) =>
  Type.String({ description: `${description} Secret, at least 32 characters.`, minLength: 32 })
const seconds = (description: string, value: number, minimum = 1) =>
  Type.Integer({ description: `${description} In seconds.`, default: value, minimum })
const flag = (description: string, value: boolean) => Type.Boolean({ description, default: value })
const choice = <const T extends string>(description: string, values: readonly T[], value?: NoInfer<T>) =>
  Type.Unsafe<T>({
    type: 'string',
    enum: values,
    description,
    ...(value === undefined ? {} : { default: value }),
  })

/** Every variable that the server reads: the one source of `app.config`, of the refusals at boot, and of the documentation. */
export const configSchema = Type.Object({
  NODE_ENV: choice('What this process is for.', ['production', 'development', 'test'], 'production'),
  HOST: text('Address to listen on.', { default: '127.0.0.1' }),
  PORT: Type.Integer({
    description: 'Port to listen on; 0 takes a free one.',
    default: 8080,
    minimum: 0,
    maximum: 65535,
  }),
  PUBLIC_URL: text(
    'Where browsers reach the product, e.g. https://models.example.com. Plain http only on a loopback host.',
  ),
  LOG_LEVEL: choice(
    'Least severe line to log.',
    ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    'info',
  ),
  DATABASE_URL: text('PostgreSQL as role litemaas_app; a direct or session-pooled connection.'),
  DATABASE_PLATFORM_URL: text(
    'PostgreSQL as role litemaas_platform, for named jobs and platform administration.',
  ),
  DATABASE_POOL_MAX: Type.Integer({
    description: 'Connections of the application role per process.',
    default: 10,
    minimum: 1,
    maximum: 500,
  }),
  BACKUP_DIRECTORY: Type.Optional(
    text('Folder for backups; several processes must share it. Without it nothing can be backed up.'),
  ),
  DATABASE_BACKUP_URL: Type.Optional(
    text('PostgreSQL as role litemaas_backup, which reads every row and changes none.'),
  ),
  LITELLM_DATABASE_URL: Type.Optional(
    text('LiteLLM’s own PostgreSQL, as a role that may read all of it; to back it up, too.'),
  ),
  JWT_SECRET: secret('Signs the short-lived tokens.'),
  SESSION_SECRET: secret('Signs the session cookie.'),
  KEY_PEPPER: secret('Keys the digests of API keys.'),
  KEY_PEPPER_PREVIOUS: Type.Optional(
    secret('The pepper before a rotation; its keys are re-digested when used.'),
  ),
  ENCRYPTION_KEY: secret('Encrypts outbox secrets and provider keys (AES-256-GCM).'),
  ENCRYPTION_KEY_PREVIOUS: Type.Optional(secret('The encryption key before a rotation.')),
  OAUTH_PROVIDER: choice('Which protocol the identity provider speaks.', ['oidc', 'openshift']),
  OAUTH_PROVIDER_NAME: Type.Optional(
    Type.String({
      description: 'What people call the provider; on the button that signs in, "Continue with …".',
      minLength: 1,
      maxLength: 100,
    }),
  ),
  OAUTH_ISSUER: text(
    'The provider: OIDC issuer URL, or the OpenShift OAuth server. Plain http only on a loopback host.',
  ),
  OAUTH_API_URL: Type.Optional(text('OpenShift only: the API server that answers users/~.')),
  OAUTH_CLIENT_ID: text('Our client id at the provider.'),
  OAUTH_CLIENT_SECRET: Type.String({
    description: 'Our client secret at the provider. Secret.',
    minLength: 8,
  }),
  OAUTH_SCOPES: Type.Optional(
    text(
      'Scopes to ask for; by default "openid profile email groups", for OpenShift "user:info user:check-access". With "offline_access" groups are read again between sign-ins.',
    ),
  ),
  OAUTH_GROUPS_CLAIM: text('Claim that lists a person’s groups.', { default: 'groups' }),
  OAUTH_GROUP_ADMIN: text('Group whose members are administrators.', { default: 'litemaas-admins' }),
  OAUTH_GROUP_READONLY: text('Group whose members are read-only administrators.', {
    default: 'litemaas-readonly',
  }),
  OAUTH_GROUP_USER: text('Group whose members are users.', { default: 'litemaas-users' }),
  OAUTH_DEFAULT_ROLE: choice(
    'Role of a person in none of these groups; none refuses the sign-in.',
    ['user', 'none'],
    'user',
  ),
  INITIAL_ADMIN_USERS: text(
    'Comma-separated verified e-mail addresses or user names at the provider that are administrators.',
    { default: '' },
  ),
  ROLE_REFRESH_SECONDS: seconds(
    'How often a person’s groups are read again between sign-ins, where the provider gives offline access; 0 never.',
    300,
    0,
  ),
  DEFAULT_ORGANIZATION_JOIN: flag(
    'Whether people of the platform’s own provider join the default organization at their first sign-in.',
    true,
  ),
  EXTERNAL_ISSUERS: text(
    'JSON list of outside issuers whose tokens are accepted, see docs/guides/configuration.md.',
    { default: '[]' },
  ),
  SIGN_IN_RATE_LIMIT: Type.Integer({
    description: 'Sign-in and token requests per minute and address.',
    default: 10,
    minimum: 1,
  }),
  REQUEST_RATE_LIMIT: Type.Integer({
    // A page of the console makes about ten, and again while what it shows goes on changing, in each of somebody's tabs.
    description: 'API requests per minute of one credential; the console’s pages count by their session.',
    default: 1800,
    minimum: 1,
  }),
  ANONYMOUS_RATE_LIMIT: Type.Integer({
    // A whole office may sit behind one address, and each sign-in page asks four times.
    description: 'API requests per minute and address without a valid credential.',
    default: 300,
    minimum: 1,
  }),
  LITELLM_API_URL: text('The LiteLLM proxy.'),
  LITELLM_API_KEY: Type.String({
    description: 'A dedicated proxy-admin key; in service mode also used for calls. Secret.',
    minLength: 8,
  }),
  LITELLM_KEY_MODE: choice(
    'per-key: each key exists at LiteLLM too; service: calls go out with one service key.',
    ['per-key', 'service'],
    'per-key',
  ),
  LITELLM_CALLBACK_SECRET: Type.Optional(
    secret('What LiteLLM sends with the usage that it pushes; without it nothing can be pushed.'),
  ),
  LITELLM_CALLBACK_SECRET_PREVIOUS: Type.Optional(secret('The callback’s secret before a rotation.')),
  USAGE_PULL_INTERVAL_SECONDS: seconds(
    'How often LiteLLM’s spend logs are read for calls made directly.',
    60,
  ),
  LITELLM_SYNC_INTERVAL_SECONDS: seconds('How often the catalogue of models is synchronized.', 300),
  RECONCILE_INTERVAL_SECONDS: seconds('How often LiteLLM is compared with what it should hold.', 60),
  ORPHAN_AGE_SECONDS: seconds(
    'How old an object of ours at LiteLLM must be before it is taken for an orphan.',
    120,
    0,
  ),
  LEASE_SECONDS: seconds(
    'How long a worker owns an intent, and a process its budget leases, without a sign of life.',
    30,
  ),
  RESERVATION_TTL_SECONDS: seconds('How long after its expiry a reservation waits for the sweeper.', 60),
  GATEWAY_TIMEOUT_SECONDS: seconds('Longest time for LiteLLM’s first byte.', 600),
  GATEWAY_MAX_OUTPUT_TOKENS: Type.Integer({
    description: 'Output tokens assumed, and asked for, where a call names none.',
    default: 4096,
    minimum: 1,
  }),
  GATEWAY_MAX_IN_FLIGHT: Type.Integer({
    description: 'Calls in flight per process; beyond it 503.',
    default: 2000,
    minimum: 1,
  }),
  MAX_KEYS_PER_PERSON: Type.Integer({
    description: 'Live keys that one person may have in an organization.',
    default: 100,
    minimum: 1,
  }),
  DRAIN_DELAY_SECONDS: seconds(
    'After a stop signal, how long readiness says 503 before connections are closed.',
    0,
    0,
  ),
  SHUTDOWN_GRACE_SECONDS: seconds('How long calls in flight may take to finish at a stop.', 25),
  TRUSTED_PROXIES: text('Comma-separated CIDRs of proxies whose forwarding headers are believed.', {
    default: '',
  }),
  CORS_ORIGINS: text('Comma-separated exact origins; none by default.', { default: '' }),
  EGRESS_ALLOWED_HOSTS: text(
    'Comma-separated hosts that addresses typed in here may lead to: names, *.example.com, addresses, CIDRs, each also with :port. Empty allows every public host by https and nothing internal.',
    { default: '' },
  ),
  SMTP_URL: Type.Optional(
    text(
      'Server that sends e-mail: smtps://user:password@mail.example.com, or smtp:// with STARTTLS. Without it notifications stay in the console. Secret.',
    ),
  ),
  SMTP_FROM: Type.Optional(
    text('Sender of e-mail, e.g. LiteMaaS <no-reply@example.com>; needed with SMTP_URL.'),
  ),
  WEBHOOK_ALLOWED_HOSTS: text(
    'Comma-separated hosts that webhooks may lead to although they are internal or plain http: names, *.example.com, addresses, CIDRs, each also with :port. Every public host is allowed by https anyway.',
    { default: '' },
  ),
  METRICS_TOKEN: Type.Optional(
    Type.String({
      description: 'Bearer token for /metrics; without it only loopback may read. Secret.',
      minLength: 16,
    }),
  ),
  DOCS_ENABLED: flag('Whether /docs and /openapi.json are served.', true),
  MOCK_AUTH: flag(
    'Read by the launcher only; together with NODE_ENV=production the server refuses to start.',
    false,
  ),
})

export type Config = Static<typeof configSchema>

/** Thrown with one line that names the variable and never its value. */
export class ConfigurationError extends Error {}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])
const SAMPLE = /change.?me|secret.?secret|example|placeholder|your[-_ ]|password|default|0123456789|abcdef/i
const SECRETS = [
  'JWT_SECRET',
  'SESSION_SECRET',
  'KEY_PEPPER',
  'KEY_PEPPER_PREVIOUS',
  'ENCRYPTION_KEY',
  'ENCRYPTION_KEY_PREVIOUS',
  'LITELLM_CALLBACK_SECRET',
  'LITELLM_CALLBACK_SECRET_PREVIOUS',
] as const
const URLS = [
  'LITELLM_API_URL',
  'OAUTH_API_URL',
  'DATABASE_URL',
  'DATABASE_PLATFORM_URL',
  'DATABASE_BACKUP_URL',
  'LITELLM_DATABASE_URL',
] as const
const WELL_KNOWN_KEYS = new Set(['sk-1234', 'sk-12345678', 'sk-master', 'sk-litellm'])

/** Reads and checks the configuration; throws {@link ConfigurationError} on the first thing that is wrong. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([name, value]) => value !== '' && name in configSchema.properties),
  )
  let config: Config
  try {
    config = envSchema<Config>({ schema: configSchema, data: given, dotenv: false, env: false })
  } catch (error) {
    throw new ConfigurationError(describe(error))
  }
  refuseUnsafe(config)
  return Object.freeze(config)
}

function describe(error: unknown): string {
  const errors =
    error instanceof Error && 'errors' in error && Array.isArray(error.errors)
      ? (error.errors as unknown[])
      : []
  const first = errors[0] as
    | {
        instancePath?: string
        message?: string
        params?: { missingProperty?: string; allowedValues?: string[] }
      }
    | undefined
  const missing = first?.params?.missingProperty
  if (missing) return `${missing} is missing`
  const name = first?.instancePath?.replace('/', '') ?? 'the configuration'
  const allowed = first?.params?.allowedValues
  return `${name} ${allowed ? `must be one of ${allowed.join(', ')}` : (first?.message ?? 'is wrong')}`
}

function refuseUnsafe(config: Config): void {
  for (const name of SECRETS) {
    const value = config[name]
    if (value === undefined) continue
    if (SAMPLE.test(value) || new Set(value).size < 10)
      throw new ConfigurationError(`${name} is a sample value or too simple; generate a random one`)
  }
  const values = SECRETS.map((name) => config[name]).filter((value) => value !== undefined)
  if (new Set(values).size !== values.length)
    throw new ConfigurationError('JWT_SECRET, SESSION_SECRET, KEY_PEPPER and ENCRYPTION_KEY must all differ')
  if (WELL_KNOWN_KEYS.has(config.LITELLM_API_KEY))
    throw new ConfigurationError('LITELLM_API_KEY is a well-known sample key')
  if (config.MOCK_AUTH && config.NODE_ENV === 'production')
    throw new ConfigurationError('MOCK_AUTH is refused in production')
  for (const name of ['PUBLIC_URL', 'OAUTH_ISSUER'] as const) requireHttps(name, config[name])
  for (const name of URLS) {
    const value = config[name]
    if (value !== undefined && !URL.canParse(value)) throw new ConfigurationError(`${name} is not a URL`)
  }
  refuseTrustInEverybody(listOf(config.TRUSTED_PROXIES))
  refuseHalfOfMail(config)
}

function refuseHalfOfMail({ SMTP_URL: url, SMTP_FROM: from }: Config): void {
  if (url === undefined) return
  if (!URL.canParse(url) || !/^smtps?:$/.test(new URL(url).protocol))
    throw new ConfigurationError('SMTP_URL is not an smtp:// or smtps:// URL')
  if (from === undefined) throw new ConfigurationError('SMTP_FROM is missing, and SMTP_URL is set')
}

function requireHttps(name: string, value: string): void {
  if (!URL.canParse(value)) throw new ConfigurationError(`${name} is not a URL`)
  const url = new URL(value)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOOPBACK.has(url.hostname)))
    throw new ConfigurationError(`${name} must use https unless its host is a loopback address`)
}

/** Trusting everybody means believing whatever a caller writes into a header. */
function refuseTrustInEverybody(proxies: readonly string[]): void {
  for (const proxy of proxies) {
    const [address = '', bits, ...rest] = proxy.split('/')
    const most = isIP(address) === 6 ? 128 : 32
    const isRange =
      bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= most)
    if (isIP(address) === 0 || !isRange || rest.length > 0)
      throw new ConfigurationError(
        'TRUSTED_PROXIES must list addresses or CIDRs of proxies, and not all addresses',
      )
  }
}

/** Splits a comma-separated variable. */
export function listOf(value: string): string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}
