/** Title and body of every notification. What stands in braces is filled in; see `rules.ts` for what there is. */
export const en = {
  owners: {
    key: 'API key {subject}',
    key_model: 'API key {subject}, model {model}',
    user: '{subject}',
    team: 'team {subject}',
    organization: 'the organization',
    platform: 'the whole installation',
  },
  jobs: {
    'models.synchronize': 'Synchronization with LiteLLM',
    'backup.create': 'Backup',
    'backup.test': 'Restore test',
    'usage.recount': 'Recount of usage',
    'user.bulk-limits': 'Change of limits for many people',
    'audit.verify': 'Verification of the audit log',
    'subscriptions.follow-restriction': 'Update of subscriptions to a model’s restriction',
    other: 'Background task',
  },
  mail: {
    look: 'Look at it',
    preferences: 'What you are told by e-mail you decide in your preferences.',
  },
  sentences: {
    'subscription.waiting': [
      'A request waits for a decision',
      '{person} asks for access to the model {model}.',
    ],
    'subscription.approved': ['Your request was approved', 'You can use the model {model} now.'],
    'subscription.denied': [
      'Your request was denied',
      'Access to the model {model} was not granted. The subscription shows the reason, and you can ask again there.',
    ],
    'subscription.suspended': [
      'A subscription was suspended',
      'You cannot use the model {model} until the subscription is resumed.',
    ],
    'subscription.resumed': ['A subscription was resumed', 'You can use the model {model} again.'],
    'subscription.reverted': [
      'A decision was taken back',
      'Your subscription to the model {model} waits for a decision again.',
    ],
    'subscription.removed': ['A subscription was taken away', 'You cannot use the model {model} any more.'],
    'subscription.expired': [
      'A subscription has ended',
      'Your subscription to the model {model} was limited in time and is over.',
    ],
    'budget.reached': ['{percent} % of a budget is spent', 'Budget: {owner}.'],
    'budget.exhausted': [
      'A budget is used up',
      'Budget: {owner}. Calls are refused until it begins anew or is raised.',
    ],
    'budget.soft': ['A soft budget is spent', 'Budget: {owner}. Calls go on being answered.'],
    'key.expiring': ['An API key ends soon', 'The key {key} stops working on {expiresAt}.'],
    'key.lost': [
      'An API key must be rotated',
      'LiteLLM has lost the key {key}. Rotate it to get a new secret.',
    ],
    'key.revoked': ['An API key was revoked', 'An administrator has revoked your key {key}.'],
    'model.unavailable': [
      'A model is not available',
      '{model} cannot be called at present. Your keys keep it for when it comes back.',
    ],
    'model.available': ['A model is available again', '{model} can be called again.'],
    'model.price-changed': ['The price of a model has changed', '{model} costs something else from now on.'],
    'model.sync-failed': [
      'A model could not be sent to LiteLLM',
      '{model} differs between here and LiteLLM.',
    ],
    'job.succeeded': ['A job is done', '{job}: finished, and the result is ready.'],
    'job.failed': ['A job has failed', '{job}: this could not be finished.'],
    'invitation.accepted': ['An invitation was accepted', '{person} has joined the organization.'],
    'team.joined': ['You are in a team', 'You were added to the team {team}.'],
    'member.updated': ['Your place in the organization has changed', 'Your role is {role} now.'],
    'user.limits-changed': [
      'Your limits have changed',
      'An administrator has set other limits for all your keys together.',
    ],
    'webhook.disabled': [
      'A webhook was switched off',
      '{webhook} has not answered for days, or is gone. Events are not sent to it any more.',
    ],
    'ledger.difference': [
      'The ledger contradicts itself',
      'The check of the ledger has found {differences} difference(s).',
    ],
    'usage.intake-dead': [
      'A reported call could not be booked',
      'It was laid aside; look at the intake of usage.',
    ],
  },
} as const

type Sentences = (typeof en)['sentences']
export type Template = keyof Sentences
type BudgetLevel = keyof (typeof en)['owners']
type JobName = keyof (typeof en)['jobs']
/** Jobs that have a name; others go by a general one. */
export type NamedJob = Exclude<JobName, 'other'>

/** A language that lacks a sentence does not compile. */
export interface Texts {
  readonly owners: Readonly<Record<BudgetLevel, string>>
  readonly jobs: Readonly<Record<JobName, string>>
  readonly mail: Readonly<Record<keyof (typeof en)['mail'], string>>
  readonly sentences: Readonly<Record<Template, readonly [title: string, body: string]>>
}
