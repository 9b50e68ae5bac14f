import type { FastifyInstance } from 'fastify'
import { apiKeys } from '#modules/api-keys'
import { audit } from '#modules/audit'
import { banners } from '#modules/banners'
import { branding } from '#modules/branding'
import { console } from '#modules/console'
import { gateway } from '#modules/gateway'
import { jobs } from '#modules/jobs'
import { models } from '#modules/models'
import { operations } from '#modules/operations'
import { settings } from '#modules/settings'
import { signIn } from '#modules/sign-in'
import { subscriptions } from '#modules/subscriptions'
import { usage } from '#modules/usage'

type Module = (app: FastifyInstance) => Promise<void>

/** The rooms, in the order in which they register with each other. */
export const modules: readonly Module[] = [
  audit,
  console,
  signIn,
  models,
  subscriptions,
  apiKeys,
  usage,
  gateway,
  banners,
  branding,
  operations,
  // Behind all rooms that define a section.
  settings,
  jobs,
]
