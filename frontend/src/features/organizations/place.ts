import type { ActTarget } from '../../app/scope.tsx'

/** The organization that a list of members or invitations is of. */
export interface Place {
  readonly id: string
  readonly name: string
  readonly target: ActTarget
}
