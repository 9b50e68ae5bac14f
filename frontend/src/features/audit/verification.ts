/** What became of one organization's chain. */
export interface ChainReport {
  readonly organizationId: string
  readonly organizationName: string
  readonly verified: number
  /** Hash of its last entry: kept elsewhere, it proves later that nobody has written the log anew. */
  readonly head: string
  readonly break: { readonly position: number; readonly reason: 'changed' | 'missing' | 'moved' } | null
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const reasons = { changed: 'changed', missing: 'missing', 'end moved': 'moved' } as const

/** The result of the job, which the API describes as anything; undefined when it is something else. */
export function readReport(result: unknown): readonly ChainReport[] | undefined {
  if (!isObject(result) || !Array.isArray(result['chains'])) return undefined
  return result['chains'].filter(isObject).map((chain) => ({
    organizationId: String(chain['organizationId']),
    organizationName: String(chain['organizationName']),
    verified: Number(chain['verified']),
    head: typeof chain['head'] === 'string' ? chain['head'] : '',
    break: isObject(chain['break'])
      ? { position: Number(chain['break']['position']), reason: reasonOf(chain['break']['reason']) }
      : null,
  }))
}

/** An unknown kind of break is a break. */
function reasonOf(given: unknown): 'changed' | 'missing' | 'moved' {
  return Object.entries(reasons).find(([reason]) => reason === given)?.[1] ?? 'changed'
}
