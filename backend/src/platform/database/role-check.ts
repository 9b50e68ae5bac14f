import pg from 'pg'

/** Refuses a role that row-level security does not bind: superuser, BYPASSRLS, creator of roles, or an owner of tables. */
export async function assertSafeRole(url: string, variable: string): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5000,
    application_name: 'litemaas-boot',
  })
  await client.connect()
  try {
    const { rows } = await client.query<{ reason: string }>(`
      select case when rolsuper then 'is a superuser' when rolbypassrls then 'may bypass row-level security'
                  when rolcreaterole then 'may create roles' else 'owns tables' end as reason
      from pg_roles
      where pg_has_role(current_user, oid, 'member')
        and (rolsuper or rolbypassrls or rolcreaterole
             or exists (select from pg_class where relowner = pg_roles.oid and relkind in ('r', 'p', 'v', 'm')))
      limit 1`)
    if (rows[0])
      throw new Error(
        `the role of ${variable} ${rows[0].reason}; use the role that \`npm run db:setup\` makes`,
      )
  } finally {
    await client.end()
  }
}
