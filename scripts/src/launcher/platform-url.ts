import { readRuntime } from './runtime.ts'

/** Where a script reads the whole database: as it is told, else that of the running launcher. @throws Error with the way out. */
export async function platformUrl(): Promise<string> {
  const given = process.env['DATABASE_PLATFORM_URL']
  if (given) return given
  const url = (await readRuntime()).serverEnvironment['DATABASE_PLATFORM_URL']
  if (!url)
    throw new Error('Set DATABASE_PLATFORM_URL=postgres://litemaas_platform:<password>@<host>/<database>.')
  return url
}
