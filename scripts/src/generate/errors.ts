// docs/api/errors.md, from the codes that the rooms register. A code without a sentence here stops the generation.
import { STATUS_CODES } from 'node:http'
import { listErrorCodes } from '@litemaas/backend/errors'
import { code, table } from './markdown.ts'

const meanings: Readonly<Record<string, string>> = {
  ALREADY_EXISTS: 'There is one already.',
  API_KEY_NOT_FOUND: 'No such key, or it is not yours.',
  AUDIT_LOG_NOT_FOUND: 'No such row of the audit trail, or it is another organization’s.',
  BACKUP_DAMAGED: 'The file is damaged, or of another schema; the job’s message says how.',
  BACKUP_FILE_MISSING: 'The backup folder does not hold the file any more; `details.fileName` names it.',
  BACKUP_IN_PROGRESS: 'Five backups or test restores have not ended yet.',
  BACKUP_NOT_CONFIGURED:
    'Set `BACKUP_DIRECTORY` and `DATABASE_BACKUP_URL`, for LiteLLM’s database `LITELLM_DATABASE_URL`.',
  BACKUP_NOT_FOUND: 'No such backup.',
  BACKUP_NOT_READY: 'The backup is still being made, or has failed; `details.status` says which.',
  BANNER_NOT_DISMISSIBLE: 'This banner stays until it is taken down.',
  BANNER_NOT_FOUND: 'No such banner.',
  BANNER_SCHEDULE: 'A banner must end after it has begun.',
  BRANDING_IMAGE_NOT_FOUND: 'No image was uploaded for this place.',
  BUDGET_EXCEEDED:
    'A budget is spent; `details.level` says whose: key, key_model, user, team, organization or platform.',
  CONFLICT: 'The present state does not allow this.',
  CURRENCY_UNKNOWN: 'Three letters that are no ISO 4217 currency.',
  CSRF: 'A request with the session cookie did not come from a page of this site, or its body is not JSON.',
  DATABASE_UNAVAILABLE: 'PostgreSQL does not answer.',
  EGRESS_REFUSED:
    'Calls may not go to this address; `details.reason` says why, `EGRESS_ALLOWED_HOSTS` lists exceptions.',
  EVENT_STREAM_LIMIT: 'You have as many live streams open as one person may have (five).',
  EXPIRY_OUT_OF_RANGE: '`expiresAt` lies in the past, or too far ahead.',
  FORBIDDEN: 'You may not do this; `details` names the role or permission that is missing.',
  IDEMPOTENCY_IN_PROGRESS: 'The first request with this `Idempotency-Key` has not ended yet.',
  IDEMPOTENCY_MISMATCH: 'This `Idempotency-Key` was used for another request.',
  IMAGE_TOO_LARGE: 'The image has too many pixels.',
  IMAGE_UNREADABLE: 'The bytes are not the image that they are said to be.',
  INTERNAL: 'A fault of ours; `traceId` leads to its cause in the log.',
  JOB_FINISHED: 'The job has come to its end already; `details.status` names it.',
  JOB_NOT_FOUND: 'No such job, or it is not yours.',
  KEY_LIMIT_REACHED: 'You have as many live keys as one person may have.',
  KEY_REVOKED: 'A revoked key stays revoked; create a new one.',
  KEY_WITHOUT_MODELS: 'A key needs a model before it can be enabled.',
  LITELLM_UNAVAILABLE: 'LiteLLM cannot be read right now; the last catalogue stays.',
  LAST_ADMIN: 'Somebody must be left who can administrate.',
  LOGOUT_TOKEN_REFUSED: 'The logout token is not this provider’s, not for us, too old, or used already.',
  MALFORMED_BODY: 'The body is not valid JSON, is nested too deeply, or holds text that cannot be stored.',
  METHOD_NOT_ALLOWED: 'This path knows other methods.',
  MODEL_EXISTS: 'There is a model of this name already.',
  MODEL_IN_USE: 'Live keys have this model; remove it with `force` and a reason.',
  MODEL_LIMIT_WITHOUT_MODEL: '`modelLimits` names a model that the key does not have.',
  MODEL_NOT_ALLOWED: 'The key does not have this model.',
  MODEL_NOT_AVAILABLE: 'LiteLLM does not serve this model now, or an administrator has closed it.',
  MODEL_NOT_EDITABLE:
    'LiteLLM reads the model from its own file, balances several deployments of it, or it was removed.',
  MODEL_NOT_FOUND: 'No such model.',
  MODEL_NOT_PRICED: 'The model has no price yet, so its calls could not be charged.',
  MODEL_NOT_SUBSCRIBED: 'You have no active subscription to this model.',
  MODEL_NOT_TESTABLE: 'Models of this kind cannot be tried with a short call.',
  NOT_FOUND: 'There is no such path.',
  NO_ORGANIZATION: 'You belong to no organization.',
  ORGANIZATION_NOT_FOUND: 'No such organization, or you are no member of it.',
  OVERLOADED: 'More requests wait than can be served soon.',
  PAYLOAD_TOO_LARGE: 'The body is too large.',
  PROVIDER_KEY_REQUIRED: 'The provider’s address changes, so its key must be given again.',
  RATE_LIMITED: 'Too many requests; `Retry-After` says how long to wait.',
  SELF_APPROVAL: 'Nobody decides on their own request.',
  SELF_LIMIT: 'Nobody changes their own limits.',
  SELF_STATUS: 'Nobody disables or enables themselves.',
  SESSION_NOT_FOUND: 'No such session of yours.',
  SIGN_IN_DENIED: 'The account is disabled, or belongs to no group that may sign in.',
  SIGN_IN_EXPIRED: 'The sign-in was used already, took longer than ten minutes, or began in another browser.',
  SIGN_IN_FAILED: 'The identity provider’s answer could not be believed.',
  SIGN_IN_UNAVAILABLE: 'The identity provider cannot be reached.',
  SUBSCRIPTION_EXISTS: 'You have a live subscription to this model already.',
  SUBSCRIPTION_NOT_ACTIVE: 'Only an active subscription can be put on a key.',
  SUBSCRIPTION_NOT_FOUND: 'No such subscription, or it is not yours.',
  SUBSCRIPTION_STATE: 'The subscription’s state does not allow this; `details.status` names it.',
  SYNCHRONIZATION_FAILED: 'LiteLLM could not be read, or lists nothing usable; the last catalogue stays.',
  SYNCHRONIZATION_RUNNING: 'Another process synchronizes the catalogue right now.',
  TEAM_NOT_FOUND: 'No such team.',
  TOO_MANY_PEOPLE: 'The filter applies to more people than one change may.',
  UNAUTHORIZED: 'No valid credential.',
  UNAVAILABLE: 'Something that is needed is away.',
  UNPROCESSABLE: 'Well-formed, but against a rule.',
  UNSUPPORTED_MEDIA_TYPE: 'The body must be `application/json`.',
  NOTIFICATION_NOT_FOUND: 'No such notification, or it is not yours.',
  WEBHOOK_NOT_FOUND: 'No such webhook, or it is another organization’s.',
  WEBHOOK_EXISTS: 'The organization has a webhook of this name already.',
  WEBHOOK_LIMIT: 'The organization has as many webhooks as it may have (twenty).',
  WEBHOOK_ADDRESS_REFUSED:
    'A webhook may not lead to this address; `details.reason` says why, `WEBHOOK_ALLOWED_HOSTS` lists exceptions.',
  WEBHOOK_DELIVERY_NOT_FOUND: 'No such delivery of this webhook; they are kept for thirty days.',
  WEBHOOK_DELIVERY_STATE: 'The delivery is still being tried; it is sent again only when it has ended.',
  UNSAFE_MARKDOWN: 'The text holds HTML, an image, or a link that is not http, https or mailto.',
  UPSTREAM_ERROR: 'LiteLLM answered something that cannot be used.',
  UPSTREAM_UNAVAILABLE: 'The model cannot be reached.',
  USER_DEPARTED: 'The identity provider no longer knows this person.',
  USER_NOT_FOUND: 'No such person, or not where you look.',
  VALIDATION_ERROR: 'A field is missing, unknown or wrong; `details.field` names it.',
  VERSION_CONFLICT: 'Somebody else changed this since you read it.',
  ABOVE_ADMIN_LIMIT: 'An administrator has set this key a limit that its owner cannot widen.',
  ABOVE_MAXIMUM: 'More than the administrator allows for any key; `details` names the field and the maximum.',
  ALREADY_MEMBER: 'You are a member of this organization already.',
  BUDGET_EXISTS: 'There is a budget for this already.',
  BUDGET_NOT_FOUND: 'No such budget.',
  BUDGET_OF_KEY: 'The budget of a key is changed with the key.',
  BUDGET_UNLIMITED: 'A budget without a limit needs no increase.',
  DEFAULT_ORGANIZATION: 'The default organization cannot be suspended.',
  DEFAULT_TEAM: 'The default team stays, and everybody is in it.',
  EXPIRY_REQUIRED: 'Every key needs an expiry here.',
  INCREASE_ACTIVE: 'An increase is active; end it first.',
  INCREASE_NOT_FOUND: 'No increase is active.',
  INCREASE_OUT_OF_RANGE:
    'An increase ends in the future, at most a year ahead, and keeps the budget within bounds.',
  INTAKE_NOT_FOUND: 'No such report of LiteLLM.',
  INTAKE_STATE: 'Only what was laid aside can be tried again.',
  INVITATION_EMAIL: 'This invitation is made out to an e-mail address that is not yours, or not verified.',
  INVITATION_NOT_FOUND: 'This invitation is not good, or no longer.',
  INVITATION_STATE: 'The invitation was accepted, or is over; `details.status` says which.',
  KEY_IN_USE: 'The key still has calls under way; try again when they have ended.',
  KEY_LOCKED: 'An administrator has disabled this key; ask them to enable it.',
  KEY_NOT_ACTIVE: 'A disabled, expired or revoked key pays for no calls; choose an active one.',
  KEY_NOT_REVOKED: 'Only a revoked key can be deleted for good.',
  LEDGER_CHECK_NOT_FOUND: 'No such check.',
  MEMBER_NOT_FOUND: 'No such member.',
  METADATA_TOO_LARGE: 'The metadata is larger than 4 KiB of JSON.',
  MODEL_NOT_IN_TEAM: 'The team may not use this model.',
  NOT_TEAM_ADMIN: 'Only the team’s and the organization’s administrators do this.',
  NOT_TEAM_MEMBER: 'You are not in this team.',
  RANGE_INVALID: 'The range of days is empty, too long, or lies in the future.',
  RECOUNT_NOT_FOUND: 'No such recount.',
  ROLE_ABOVE_OWN: 'Nobody gives a role above their own.',
  SELF_RESET: 'Nobody resets what they have spent themselves.',
  SELF_ROLE: 'Nobody raises their own role.',
  TEAM_ARCHIVED: 'An archived team stays as it is.',
  TEAM_EXISTS: 'There is a team of this name already.',
  TEAM_MEMBER_EXISTS: 'This person is in the team already.',
  TEAM_MEMBER_NOT_FOUND: 'This person is not in the team.',
  ADDRESS_NOT_ALLOWED: 'The key or service client may not be used from this address.',
  OAUTH_INVALID_CLIENT:
    'At the OAuth operations, as `invalid_client`: unknown client, wrong secret, or one that works no longer.',
  OAUTH_INVALID_REQUEST:
    'At the OAuth operations, as `invalid_request`: a field is missing, or the client authenticates in two ways.',
  OAUTH_INVALID_SCOPE:
    'At the OAuth operations, as `invalid_scope`: the client does not have all of the scopes asked for.',
  OAUTH_UNAUTHORIZED_CLIENT:
    'At the OAuth operations, as `unauthorized_client`: the client may not be used from this address.',
  OAUTH_UNSUPPORTED_GRANT_TYPE:
    'At the OAuth operations, as `unsupported_grant_type`: only `client_credentials` is given.',
  SCOPE_ABOVE_OWN:
    'Nobody gives a service client a permission that they do not have; `details.requiredPermission` names it.',
  SECRET_LIMIT: 'The service client has two valid secrets already.',
  SECRET_NOT_FOUND: 'No such secret of this service client.',
  SERVICE_CLIENT_NOT_FOUND: 'No such service client, or it is another organization’s.',
}

const INTRODUCTION = `# Error codes

<!-- Generated by \`npm run generate\` from the codes that the modules register; never edited. -->

\`code\` never changes its meaning; \`message\` is for people. The shape of an error, and how errors look under \`/v1/\`, is in
[conventions](conventions.md#errors). “Repeat” says whether the same request can succeed a little later; where it can,
\`Retry-After\` says when.`

/** The text of the page. @throws Error when a code has no sentence, or a sentence has no code. */
export function errorsDocument(): string {
  const codes = listErrorCodes()
  const undescribed = codes.map(([name]) => name).filter((name) => meanings[name] === undefined)
  if (undescribed.length > 0)
    throw new Error(`scripts/src/generate/errors.ts has no sentence for ${undescribed.join(', ')}`)
  const known = new Set(codes.map(([name]) => name))
  const gone = Object.keys(meanings).filter((name) => !known.has(name))
  if (gone.length > 0)
    throw new Error(`scripts/src/generate/errors.ts describes ${gone.join(', ')}, which is gone`)
  const byStatus = Map.groupBy(codes, ([, kind]) => kind.statusCode)
  const parts = [...byStatus.keys()]
    .sort((a, b) => a - b)
    .map((status) => {
      const rows = (byStatus.get(status) ?? []).map(([name, kind]) => [
        code(name),
        meanings[name] ?? '',
        kind.isRetryable ? 'yes' : 'no',
      ])
      return `## ${String(status)} ${STATUS_CODES[status] ?? ''}\n\n${table(['code', 'meaning', 'repeat'], rows)}`
    })
  return `${[INTRODUCTION, ...parts].join('\n\n')}\n`
}
