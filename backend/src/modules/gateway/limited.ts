import type { KeyGrant } from '#modules/api-keys'

/** The limits of one thing: of a key, its use of one model, its owner, a team, an organization. Null: none. */
export interface Limited {
  /** Unique among all organizations: processes count by it. */
  readonly name: string
  /** Told to whoever is refused. */
  readonly level: 'key' | 'key_model' | 'user' | 'team' | 'organization'
  readonly rpm: number | null
  readonly tpm: number | null
  readonly parallel: number | null
}

export const isLimited = ({ rpm, tpm, parallel }: Limited): boolean =>
  rpm !== null || tpm !== null || parallel !== null

/** What holds for every call of a key, the narrowest level first; levels without limits are left out. */
export function limitedBy(grant: KeyGrant, organizationId: string, userId: string): Limited[] {
  const all: Limited[] = [
    {
      name: grant.keyId,
      level: 'key',
      rpm: grant.rpmLimit,
      tpm: grant.tpmLimit,
      parallel: grant.maxParallelRequests,
    },
    {
      name: `user:${organizationId}:${userId}`,
      level: 'user',
      rpm: grant.userRpmLimit,
      tpm: grant.userTpmLimit,
      parallel: grant.userMaxParallelRequests,
    },
    {
      name: `team:${grant.teamId ?? ''}`,
      level: 'team',
      rpm: grant.teamRpmLimit,
      tpm: grant.teamTpmLimit,
      parallel: grant.teamMaxParallelRequests,
    },
    {
      name: `organization:${organizationId}`,
      level: 'organization',
      rpm: grant.organizationRpmLimit,
      tpm: grant.organizationTpmLimit,
      parallel: grant.organizationMaxParallelRequests,
    },
  ]
  return all.filter(isLimited)
}
