/** Somebody whom the local provider signs in without a password. */
export interface Person {
  username: string
  name: string
  email: string
  emailVerified?: boolean
  groups: string[]
  /** A switch for tests: the provider no longer knows this person. */
  isRemoved?: boolean
  /** One line for the sign-in page: what this person may do. */
  role: string
}

export const demoPeople: readonly Person[] = [
  {
    username: 'admin',
    name: 'Ada Admin',
    email: 'admin@example.com',
    groups: ['litemaas-admins', 'litemaas-users'],
    role: 'Administrator: models, people, limits, approvals',
  },
  {
    username: 'auditor',
    name: 'Otto Auditor',
    email: 'auditor@example.com',
    groups: ['litemaas-readonly'],
    role: 'Read-only administrator: sees all, changes nothing',
  },
  {
    username: 'alice',
    name: 'Alice Archer',
    email: 'alice@example.com',
    groups: ['litemaas-users'],
    role: 'User: subscribes to models and mints keys',
  },
  {
    username: 'bob',
    name: 'Bob Baker',
    email: 'bob@example.com',
    groups: ['litemaas-users'],
    role: 'User: subscribes to models and mints keys',
  },
]
