import type { FastifyInstance } from 'fastify'
import { apiKeys } from '#modules/api-keys'
import { audit } from '#modules/audit'
import { backup } from '#modules/backup'
import { banners } from '#modules/banners'
import { branding } from '#modules/branding'
import { budgets } from '#modules/budgets'
import { configuration } from '#modules/configuration'
import { console } from '#modules/console'
import { events } from '#modules/events'
import { gateway } from '#modules/gateway'
import { jobs } from '#modules/jobs'
import { models } from '#modules/models'
import { notifications } from '#modules/notifications'
import { operations } from '#modules/operations'
import { organizations } from '#modules/organizations'
import { serviceClients } from '#modules/service-clients'
import { settings } from '#modules/settings'
import { signIn } from '#modules/sign-in'
import { subscriptions } from '#modules/subscriptions'
import { teams } from '#modules/teams'
import { usage } from '#modules/usage'
import { usageIntake } from '#modules/usage-intake'
import { users } from '#modules/users'
import { webhooks } from '#modules/webhooks'

type Module = (app: FastifyInstance) => Promise<void>

/** The rooms, in the order in which they register with each other. */
export const modules: readonly Module[] = [
  audit,
  console,
  signIn,
  organizations,
  teams,
  models,
  subscriptions,
  budgets,
  apiKeys,
  users,
  serviceClients,
  usage,
  gateway,
  usageIntake,
  webhooks,
  notifications,
  banners,
  branding,
  operations,
  backup,
  // Behind all rooms that define a section.
  settings,
  configuration,
  events,
  jobs,
]
