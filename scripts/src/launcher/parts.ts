import { freePort, isPortFree } from '../postgres/index.ts'
import type { Secrets } from './secrets.ts'

/** What supplying a part needs to know. */
export interface Supply {
  folder: string
  /** What the person has configured; empty variables are absent. */
  given: Record<string, string>
  secrets: Secrets
  /** The port of the last start where it is free, else any free one; kept under this name. */
  port(name: string): Promise<number>
  say(sentence: string): void
  /** Ends the launcher with this sentence: a part is gone for good. */
  fail(sentence: string): void
}

/** A supplied part, for the screen and for the orderly stop. */
export interface Part {
  /** Absent when the person has configured his own. */
  supplied?: { name: string; where: string; variable: string }
  stop(): Promise<void>
  kill(): void
}

export const configuredPart: Part = {
  async stop() {},
  kill() {},
}

/** Chooses ports so that they stay the same from start to start, never one twice. */
export function portChooser(last: Record<string, number>): {
  choose(name: string): Promise<number>
  chosen: Record<string, number>
} {
  const chosen: Record<string, number> = {}
  return {
    chosen,
    async choose(name) {
      const before = last[name]
      const isTaken =
        before === undefined || Object.values(chosen).includes(before) || !(await isPortFree(before))
      const port = isTaken ? await freePort() : before
      chosen[name] = port
      return port
    },
  }
}
