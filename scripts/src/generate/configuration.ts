// docs/guides/configuration.md, from the schema that the server reads its environment with.
import { configSchema } from '@litemaas/backend/config'
import { code, table } from './markdown.ts'

interface Variable {
  readonly type?: string
  readonly description?: string
  readonly default?: string | number | boolean
  readonly enum?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
}

interface Chapter {
  readonly title: string
  readonly text: string
  readonly names: readonly string[]
}

const chapters: readonly Chapter[] = [
  {
    title: 'The process',
    text: 'Where it listens, and under which name the world knows it.',
    names: [
      'NODE_ENV',
      'HOST',
      'PORT',
      'PUBLIC_URL',
      'LOG_LEVEL',
      'TRUSTED_PROXIES',
      'EGRESS_ALLOWED_HOSTS',
      'CORS_ORIGINS',
      'DOCS_ENABLED',
      'METRICS_TOKEN',
    ],
  },
  {
    title: 'PostgreSQL',
    text: 'Two roles, two URLs, one database. `npm run db:setup` makes the roles, `npm run db:migrate` the tables.',
    names: ['DATABASE_URL', 'DATABASE_PLATFORM_URL', 'DATABASE_POOL_MAX'],
  },
  {
    title: 'Backups',
    text: 'Without a folder and a role nothing is backed up. `npm run db:setup` makes the role when `DATABASE_BACKUP_URL` is set, `npm run db:migrate` lets it read. A backup is of use only together with `ENCRYPTION_KEY` and `KEY_PEPPER`: keep them elsewhere. `npm run db:restore` brings one back.',
    names: ['BACKUP_DIRECTORY', 'DATABASE_BACKUP_URL', 'LITELLM_DATABASE_URL'],
  },
  {
    title: 'Secrets',
    text: 'Make each with `openssl rand -base64 32`. They must differ from each other; sample values are refused. To rotate `KEY_PEPPER` or `ENCRYPTION_KEY`, move the old value to the variable that ends in `_PREVIOUS`, and remove that one when nothing uses it any more.',
    names: [
      'JWT_SECRET',
      'SESSION_SECRET',
      'KEY_PEPPER',
      'KEY_PEPPER_PREVIOUS',
      'ENCRYPTION_KEY',
      'ENCRYPTION_KEY_PREVIOUS',
    ],
  },
  {
    title: 'Signing in',
    text: 'The provider sends people back to `<PUBLIC_URL>/api/auth/callback`. Roles are read from groups at each sign-in.',
    names: [
      'OAUTH_PROVIDER',
      'OAUTH_PROVIDER_NAME',
      'OAUTH_ISSUER',
      'OAUTH_API_URL',
      'OAUTH_CLIENT_ID',
      'OAUTH_CLIENT_SECRET',
      'OAUTH_SCOPES',
      'OAUTH_GROUPS_CLAIM',
      'OAUTH_GROUP_ADMIN',
      'OAUTH_GROUP_READONLY',
      'OAUTH_GROUP_USER',
      'OAUTH_DEFAULT_ROLE',
      'INITIAL_ADMIN_USERS',
      'ROLE_REFRESH_SECONDS',
      'DEFAULT_ORGANIZATION_JOIN',
      'EXTERNAL_ISSUERS',
      'MOCK_AUTH',
    ],
  },
  {
    title: 'LiteLLM',
    text: 'See [LiteLLM integration](../architecture/litellm-integration.md) for the two key modes.',
    names: [
      'LITELLM_API_URL',
      'LITELLM_API_KEY',
      'LITELLM_KEY_MODE',
      'LITELLM_CALLBACK_SECRET',
      'LITELLM_CALLBACK_SECRET_PREVIOUS',
      'USAGE_PULL_INTERVAL_SECONDS',
      'LITELLM_SYNC_INTERVAL_SECONDS',
      'RECONCILE_INTERVAL_SECONDS',
      'ORPHAN_AGE_SECONDS',
    ],
  },
  {
    title: 'Notifications',
    text: 'What people are told by e-mail, and where webhooks of organizations may lead.',
    names: ['SMTP_URL', 'SMTP_FROM', 'WEBHOOK_ALLOWED_HOSTS'],
  },
  {
    title: 'Limits',
    text: 'What protects the installation; limits of single keys are set on the keys.',
    names: [
      'SIGN_IN_RATE_LIMIT',
      'REQUEST_RATE_LIMIT',
      'ANONYMOUS_RATE_LIMIT',
      'MAX_KEYS_PER_PERSON',
      'GATEWAY_TIMEOUT_SECONDS',
      'GATEWAY_MAX_OUTPUT_TOKENS',
      'GATEWAY_MAX_IN_FLIGHT',
    ],
  },
  {
    title: 'Time',
    text: 'How long processes wait for each other. The defaults suit most installations.',
    names: ['LEASE_SECONDS', 'RESERVATION_TTL_SECONDS', 'DRAIN_DELAY_SECONDS', 'SHUTDOWN_GRACE_SECONDS'],
  },
]

/** What the launcher and the scripts read, and the server never sees. */
export const launcherVariables: Readonly<Record<string, string>> = {
  LITEMAAS_DATA: 'Folder for everything that survives a restart; `.data` in the clone by default.',
  DATABASE_OWNER_URL: 'PostgreSQL as role litemaas_owner: for migrations.',
  DATABASE_SUPERUSER_URL: 'PostgreSQL as an administrator: for `npm run db:setup`.',
  BASE_URL: 'Where `npm run db:seed` finds the server, when it is not the running launcher.',
  UPDATE_GOLDEN: '`1` lets tests write golden files anew, for a reviewer to read the difference.',
  LITELLM_SIMULATOR_PROFILE: 'Which LiteLLM the simulated one resembles: `1.92` (default) or `1.81`.',
  LITELLM_SIMULATOR_CHUNK_DELAY_MS: 'Its pause between two pieces of a stream; 15 by default.',
  LITELLM_SIMULATOR_SPEND_LAG_MS: 'After how long its spend logs show a call; 10000 by default.',
  LITELLM_CONTRACT_URL: 'A real LiteLLM proxy for `npm run test:contract`.',
  LITELLM_CONTRACT_KEY: 'Its master key.',
  LITELLM_CONTRACT_DATABASE:
    '`true` when it has a database of its own; then keys and spend logs are tested too.',
}

const INTRODUCTION = `# Configuration

<!-- Generated by \`npm run generate\` from backend/src/plugins/env/config.ts; never edited. -->

The server is configured by environment variables and by nothing else. It reads them once, before it does anything, and ends
with one line that names the first variable that is missing or wrong. Empty variables count as not set; booleans are \`true\`
or \`false\`. \`npm start\` supplies what you do not set.`

const OUTSIDE_ISSUERS = `## Outside issuers

\`EXTERNAL_ISSUERS\` is a JSON list. A bearer token of one of these issuers is accepted when its signature fits a key of
\`jwksUrl\`, its \`aud\` holds \`audience\`, and it is not expired.

\`\`\`json
[
  {
    "issuer": "https://crm.example.com",
    "jwksUrl": "https://crm.example.com/.well-known/jwks.json",
    "audience": "litemaas",
    "organizationId": "00000000-0000-4000-8000-000000000001",
    "provision": "member",
    "roles": { "agent": "member", "supervisor": "manager" }
  }
]
\`\`\`

${table(
  ['field', 'meaning'],
  [
    ['`issuer`, `jwksUrl`, `audience`', 'Required. `issuer` is compared exactly with `iss`.'],
    [
      '`organizationId`',
      'Everybody of this issuer works in this organization. Either this or `organizations`.',
    ],
    ['`organizations`', 'A map from the token’s `org_id` or `organization_id` to an organization here.'],
    [
      '`provision`',
      '`none` (default): only people with a membership get in. `member`: a membership is made at first use.',
    ],
    [
      '`roles`',
      'A map from the token’s `role` to `admin`, `manager`, `member` or `viewer`. An unknown role is `viewer`.',
    ],
    [
      '`algorithms`, `typ`, `maxAgeSeconds`',
      'Optional, to be stricter: allowed signatures, demanded `typ`, longest age.',
    ],
  ],
)}

A token’s role can lower what the membership gives, never raise it.`

const required = new Set<string>(configSchema.required)

function valuesOf(variable: Variable): string {
  if (variable.enum) return variable.enum.map(code).join(' ')
  if (variable.type === 'boolean') return '`true` `false`'
  if (variable.type !== 'integer') return 'text'
  if (variable.maximum !== undefined) return `${String(variable.minimum)} to ${String(variable.maximum)}`
  return `number, at least ${String(variable.minimum ?? 0)}`
}

function defaultOf(name: string, variable: Variable): string {
  if (variable.default !== undefined)
    return variable.default === '' ? 'empty' : code(String(variable.default))
  return required.has(name) ? '**required**' : 'none'
}

/** The text of the guide. @throws Error when a variable belongs to no chapter, or a chapter names one that is gone. */
export function configurationDocument(): string {
  const variables: Readonly<Record<string, Variable>> = configSchema.properties
  const named = new Set(chapters.flatMap((chapter) => chapter.names))
  const forgotten = Object.keys(variables).filter((name) => !named.has(name))
  if (forgotten.length > 0)
    throw new Error(`docs/guides/configuration.md has no chapter for ${forgotten.join(', ')}`)
  const rowOf = (name: string): string[] => {
    const variable = variables[name]
    if (!variable) throw new Error(`docs/guides/configuration.md names ${name}, which is gone`)
    const meaning = (variable.description ?? '').replace(', see docs/guides/configuration.md', ', see below')
    return [code(name), meaning, valuesOf(variable), defaultOf(name, variable)]
  }
  const parts = chapters.map(
    ({ title, text, names }) =>
      `## ${title}\n\n${text}\n\n${table(['variable', 'meaning', 'values', 'default'], names.map(rowOf))}`,
  )
  const launcher = Object.entries(launcherVariables).map(([name, meaning]) => [code(name), meaning])
  return `${[
    INTRODUCTION,
    ...parts,
    OUTSIDE_ISSUERS,
    `## Launcher and scripts only\n\nThe server never sees these.\n\n${table(['variable', 'meaning'], launcher)}`,
  ].join('\n\n')}\n`
}
