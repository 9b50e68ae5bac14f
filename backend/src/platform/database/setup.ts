import pg from 'pg'

export interface SetupUrls {
  readonly superuserUrl: string
  readonly ownerUrl: string
  readonly appUrl: string
  readonly platformUrl: string
  /** Only where backups are made: the one role that sees every row, and can change none. */
  readonly backupUrl?: string | undefined
}

const ROLES = {
  owner: 'litemaas_owner',
  app: 'litemaas_app',
  platform: 'litemaas_platform',
  lookup: 'litemaas_lookup',
  backup: 'litemaas_backup',
} as const

interface Login {
  readonly user: string
  readonly password: string
  readonly database: string
}

function loginOf(url: string, expectedUser: string): Login {
  const parsed = new URL(url)
  const user = decodeURIComponent(parsed.username)
  if (user !== expectedUser)
    throw new Error(`this URL must sign in as ${expectedUser}, not as ${user || 'nobody'}`)
  return {
    user,
    password: decodeURIComponent(parsed.password),
    database: decodeURIComponent(parsed.pathname.slice(1)),
  }
}

/** The statements that a database administrator runs once: roles without special powers, and the database. */
export function setupStatements(urls: Omit<SetupUrls, 'superuserUrl'>): {
  roles: string
  database: string
  createDatabase: string
  name: string
} {
  const owner = loginOf(urls.ownerUrl, ROLES.owner)
  const logins = [owner, loginOf(urls.appUrl, ROLES.app), loginOf(urls.platformUrl, ROLES.platform)]
  const backup = urls.backupUrl === undefined ? undefined : loginOf(urls.backupUrl, ROLES.backup)
  const roles = [
    ...logins.map(({ user, password }) =>
      roleStatement(user, `login password ${pg.escapeLiteral(password)}`),
    ),
    roleStatement(ROLES.lookup, 'nologin'),
    // The owner makes the look-up functions and hands them over; that needs membership.
    `grant ${ROLES.lookup} to ${ROLES.owner};`,
    ...(backup ? [backupStatements(backup)] : []),
  ].join('\n')
  const name = pg.escapeIdentifier(owner.database)
  return {
    name: owner.database,
    roles,
    createDatabase: `create database ${name} owner ${ROLES.owner} encoding 'UTF8' template template0;`,
    database: [
      `revoke all on database ${name} from public;`,
      `grant connect on database ${name} to ${ROLES.app}, ${ROLES.platform};`,
      // Test restores go into temporary tables.
      ...(backup ? [`grant connect, temporary on database ${name} to ${ROLES.backup};`] : []),
    ].join('\n'),
  }
}

/** Sees past row-level security, or a backup would silently lack rows; that it changes nothing is a matter of rights. */
const backupStatements = ({ user, password }: Login): string =>
  [
    roleStatement(user, `login password ${pg.escapeLiteral(password)}`, 'bypassrls'),
    `alter role ${user} set default_transaction_read_only = on;`,
  ].join('\n')

function roleStatement(role: string, attributes: string, rowSecurity = 'nobypassrls'): string {
  const powers = `nosuperuser nocreatedb nocreaterole ${rowSecurity} noreplication`
  return `do $$ begin
  if not exists (select from pg_roles where rolname = '${role}') then create role ${role}; end if;
end $$;
alter role ${role} ${powers} ${attributes};`
}

/** Makes roles and database where they are missing, and sets the passwords to those of the URLs. Safe to repeat. */
export async function setupDatabase(urls: SetupUrls): Promise<void> {
  const statements = setupStatements(urls)
  const client = new pg.Client({ connectionString: urls.superuserUrl, application_name: 'litemaas-setup' })
  await client.connect()
  try {
    await client.query(statements.roles)
    const { rowCount } = await client.query('select from pg_database where datname = $1', [statements.name])
    if (rowCount === 0) await client.query(statements.createDatabase)
    await client.query(statements.database)
  } finally {
    await client.end()
  }
}
