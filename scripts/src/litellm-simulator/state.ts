import { Callback } from './callback.ts'
import { CallRecorder } from './calls.ts'
import { Faults } from './faults.ts'
import { RateLimits } from './limits.ts'
import type { BudgetRow, CustomerRow, KeyRow, ModelRow, TeamRow, UserRow } from './rows.ts'
import { SpendLedger } from './spend.ts'
import { OpenStreams } from './stream.ts'
import { Collection, Storage } from './storage.ts'

/** The release whose behaviour is shown: `1.81`, or `1.92` and newer. */
export type Profile = '1.81' | '1.92'

export interface StateOptions {
  masterKey: string
  databasePath: string
  profile: Profile
  chunkDelayMs: number
}

/** All that the simulated proxy knows. Rows live in memory and are written through to SQLite. */
export class State {
  readonly masterKey: string
  readonly profile: Profile
  readonly version: string
  readonly chunkDelayMs: number
  readonly storage: Storage
  readonly keys: Collection<KeyRow>
  readonly deletedKeys: Collection<KeyRow>
  readonly users: Collection<UserRow>
  readonly teams: Collection<TeamRow>
  readonly budgets: Collection<BudgetRow>
  readonly customers: Collection<CustomerRow>
  readonly models: Collection<ModelRow>
  readonly settings: Collection<string>
  readonly spend: SpendLedger
  readonly limits = new RateLimits()
  readonly faults = new Faults()
  readonly calls = new CallRecorder()
  readonly openStreams = new OpenStreams()
  readonly callback = new Callback()

  constructor(options: StateOptions) {
    this.masterKey = options.masterKey
    this.profile = options.profile
    this.version = options.profile === '1.81' ? '1.81.9' : '1.92.0'
    this.chunkDelayMs = options.chunkDelayMs
    this.storage = new Storage(options.databasePath)
    this.keys = new Collection<KeyRow>(this.storage, 'key')
    this.deletedKeys = new Collection<KeyRow>(this.storage, 'deleted-key')
    this.users = new Collection<UserRow>(this.storage, 'user')
    this.teams = new Collection<TeamRow>(this.storage, 'team')
    this.budgets = new Collection<BudgetRow>(this.storage, 'budget')
    this.customers = new Collection<CustomerRow>(this.storage, 'customer')
    this.models = new Collection<ModelRow>(this.storage, 'model')
    this.settings = new Collection<string>(this.storage, 'setting')
    this.spend = new SpendLedger(this)
  }
}
