// The golden permission matrix of the API: which status each kind of caller gets at each operation.
import { readFileSync } from 'node:fs'

const FILE = new URL('../../backend/test/authorization/matrix.golden.txt', import.meta.url)

export type Role = 'user' | 'adminReadonly' | 'admin'

/** Whether the server does anything but refuse this to somebody of this role. */
export function readMatrix(text = readFileSync(FILE, 'utf8')): (role: Role, operation: string) => boolean {
  const [head = '', ...lines] = text.split('\n').filter((line) => line.trim() !== '')
  const kinds = head.trim().split(/\s+/)
  const rows = new Map<string, readonly string[]>(
    lines.map((line) => {
      const [method = '', path = '', ...statuses] = line.trim().split(/\s+/)
      return [`${method} ${path}`, statuses] as const
    }),
  )
  return (role, operation) => {
    const statuses = rows.get(operation)
    if (!statuses) throw new Error(`The permission matrix does not know “${operation}”.`)
    const status = Number(statuses[kinds.indexOf(role)])
    if (!(status >= 100))
      throw new Error(`The permission matrix has no status of ${role} for “${operation}”.`)
    return status !== 401 && status !== 403
  }
}
