import { execFileSync, spawnSync } from 'node:child_process'

/** The operating system's account that PostgreSQL runs as. */
export interface Account {
  uid: number
  gid: number
  isNew: boolean
}

const NAME = 'postgres'

function lookUp(): { uid: number; gid: number } | undefined {
  const read = (flag: string): number => {
    const answer = spawnSync('id', [flag, NAME], { encoding: 'utf8' })
    return answer.status === 0 ? Number.parseInt(answer.stdout, 10) : Number.NaN
  }
  const uid = read('-u')
  const gid = read('-g')
  return Number.isNaN(uid) || Number.isNaN(gid) ? undefined : { uid, gid }
}

/**
 * PostgreSQL refuses to run as root. Answers undefined for an ordinary user, who runs it as himself; for root
 * answers user `postgres`, which is created when it does not exist.
 * @throws Error when the user can be neither found nor created.
 */
export function postgresAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const known = lookUp()
  if (known) return { ...known, isNew: false }
  try {
    execFileSync(
      'useradd',
      ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', NAME],
      { stdio: 'pipe' },
    )
  } catch (cause) {
    throw new Error(
      `PostgreSQL refuses to run as root, and the user ${NAME} could not be created: create it (useradd --system ${NAME}), run as an ordinary user, or set DATABASE_URL.`,
      { cause },
    )
  }
  const created = lookUp()
  if (!created) throw new Error(`The user ${NAME} was created but cannot be found: run as an ordinary user.`)
  return { ...created, isNew: true }
}

/** Whether the account may walk into the folder; asked of the system, so that access lists count too. */
export function canEnter(account: Account, folder: string): boolean {
  const { status } = spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], {
    uid: account.uid,
    gid: account.gid,
    cwd: '/',
    stdio: 'ignore',
  })
  return status === 0
}
