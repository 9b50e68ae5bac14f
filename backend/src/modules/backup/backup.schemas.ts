import { Type, type Static } from '@sinclair/typebox'
import { Nullable, pageQuery, strictObject, StringEnum, Timestamp, Uuid } from '#platform/http'

const Source = StringEnum(
  ['litemaas', 'litellm'],
  'Whose database: our own, or LiteLLM’s where `LITELLM_DATABASE_URL` is set.',
)
const Status = StringEnum(['creating', 'ready', 'failed'])
const Count = (description: string) => Type.Integer({ minimum: 0, description })
const LINE = '^[^\\u0000]*$'

export const CreateBackup = strictObject({
  source: Type.Optional(Source),
  note: Type.Optional(Type.String({ maxLength: 500, pattern: LINE, description: 'What it is for.' })),
})
export type CreateBackup = Static<typeof CreateBackup>

const fields = {
  id: Uuid('Also the id of the job that makes it.'),
  source: Source,
  status: Status,
  note: Nullable(Type.String({ maxLength: 500 })),
  fileName: Type.String({ maxLength: 200 }),
  createdBy: Nullable(Uuid()),
  createdAt: Timestamp(),
  finishedAt: Nullable(Timestamp()),
  bytes: Nullable(Count('Of the file.')),
  sha256: Nullable(Type.String({ maxLength: 64, description: 'Of the file, hexadecimal.' })),
  rows: Nullable(Count('In all tables.')),
  testedAt: Nullable(Timestamp('When it was last read back.')),
  testResult: Nullable(StringEnum(['passed', 'failed'])),
  testMessage: Nullable(Type.String({ maxLength: 500, description: 'Why the test failed.' })),
}

export const Backup = strictObject(fields, {
  $id: 'Backup',
  description: 'One moment of a database in an encrypted file.',
})
export type Backup = Static<typeof Backup>

export const BackupDetails = strictObject(
  {
    ...fields,
    installation: Nullable(Type.String({ maxLength: 200, description: 'Whose data it is.' })),
    serverVersion: Nullable(Type.String({ maxLength: 200, description: 'Of PostgreSQL.' })),
    lastMigration: Nullable(
      Type.String({ maxLength: 200, description: 'It fits a database that ends with this one.' }),
    ),
    tables: Type.Array(
      strictObject({
        name: Type.String({ maxLength: 200 }),
        rows: Count('Rows.'),
        sha256: Type.String({ maxLength: 64, description: 'Of the rows in their order.' }),
      }),
    ),
  },
  { $id: 'BackupDetails', description: 'A backup and what is in it.' },
)
export type BackupDetails = Static<typeof BackupDetails>

export const BackupListQuery = strictObject({
  ...pageQuery,
  source: Type.Optional(Source),
  status: Type.Optional(Status),
  sort: Type.Optional(
    StringEnum(
      ['-createdAt', 'createdAt', '-bytes', 'bytes'],
      'A minus sorts downwards; `-createdAt` if not given.',
    ),
  ),
})
export type BackupListQuery = Static<typeof BackupListQuery>
