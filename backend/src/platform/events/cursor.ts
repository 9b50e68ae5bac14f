/**
 * A place among all events: everything that comes before it, in the order of (transaction, sequence), has been seen. On the
 * wire it also carries the time, in epoch seconds, so that its age is known when the rows are gone.
 */
export interface EventCursor {
  readonly transaction: bigint
  readonly sequence: bigint
}

const WIRE = /^(\d{1,18})-(\d{1,18})-(\d{1,11})$/

export function encodeEventCursor(cursor: EventCursor, at: Date): string {
  return `${cursor.transaction}-${cursor.sequence}-${Math.floor(at.getTime() / 1000)}`
}

/** Undefined for whatever this server cannot have written. */
export function decodeEventCursor(text: string): { cursor: EventCursor; at: Date } | undefined {
  const [, transaction, sequence, seconds] = WIRE.exec(text) ?? []
  if (transaction === undefined || sequence === undefined || seconds === undefined) return undefined
  return {
    cursor: { transaction: BigInt(transaction), sequence: BigInt(sequence) },
    at: new Date(Number(seconds) * 1000),
  }
}

/** Whether `a` lies behind `b`. */
export function isAfter(a: EventCursor, b: EventCursor): boolean {
  return a.transaction === b.transaction ? a.sequence > b.sequence : a.transaction > b.transaction
}
