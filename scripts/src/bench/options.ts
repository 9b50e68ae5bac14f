import { parseArgs } from 'node:util'

/** How long and how often is measured. */
export interface Plan {
  readonly rounds: number
  /** Of one throughput run at full speed. */
  readonly seconds: number
  readonly connections: number
  /** Requests per round, kind and target at one connection. */
  readonly latencyRequests: number
}

export interface Options {
  readonly plan: Plan
  readonly isProfile: boolean
  readonly jsonFile: string | undefined
}

const full: Plan = { rounds: 5, seconds: 5, connections: 50, latencyRequests: 600 }
const quick: Plan = { rounds: 2, seconds: 1.5, connections: 50, latencyRequests: 150 }

export const usage = `npm run bench:gateway -- [--quick] [--rounds <n>] [--seconds <n>] [--json <file>] [--profile]

  --quick     two short rounds
  --rounds    how many interleaved rounds (5)
  --seconds   length of one throughput run (5)
  --json      also writes everything measured to this file
  --profile   no comparison: loads the gateway alone and says where its processor time goes;
              --json then keeps V8's profile, for a browser's developer tools`

/** @throws Error with one sentence when the command line is wrong. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      json: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return 'help'
  const base = values.quick ? quick : full
  return {
    plan: {
      ...base,
      rounds: positive('rounds', values.rounds, base.rounds),
      seconds: positive('seconds', values.seconds, base.seconds),
    },
    isProfile: values.profile,
    jsonFile: values.json,
  }
}

function positive(name: string, given: string | undefined, otherwise: number): number {
  if (given === undefined) return otherwise
  const value = Number(given)
  if (!(value > 0)) throw new Error(`--${name} must be a number above 0.`)
  return name === 'rounds' ? Math.ceil(value) : value
}
