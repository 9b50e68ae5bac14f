import { createHash, randomBytes } from 'node:crypto'

/** What is stored of a link's token; 256 random bits need no slow hash. */
export const invitationDigest = (token: string): Buffer => createHash('sha256').update(token).digest()

/** A new token, its digest, and when it ends. */
export function newInvitation(
  now: Date,
  validForHours: number,
): { token: string; digest: Buffer; expiresAt: Date } {
  const token = randomBytes(32).toString('base64url')
  const expiresAt = new Date(now.getTime() + validForHours * 3_600_000)
  return { token, digest: invitationDigest(token), expiresAt }
}

/** Where people follow an invitation: a page of the console. */
export class InvitationLinks {
  readonly #publicUrl: string

  constructor(publicUrl: string) {
    this.#publicUrl = publicUrl
  }

  of(token: string): string {
    return new URL(`/invitations/${token}`, this.#publicUrl).toString()
  }
}
