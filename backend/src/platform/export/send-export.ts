import { Type, type TSchema } from '@sinclair/typebox'
import type { FastifyReply } from 'fastify'
import { RefTo } from '#platform/http'
import type { ExportFile } from './export-desk.ts'

/** The answer of an operation that sends a file of rows, in either form. */
export const exportOf = (schema: TSchema, rows = 'row') => ({
  description: 'The file.',
  content: {
    'text/csv': {
      schema: Type.String({ description: `One line per ${rows}, the names of the fields first.` }),
    },
    'application/json': { schema: Type.Array(RefTo(schema)) },
  },
})

export function sendExport(reply: FastifyReply, { contentType, fileName, body }: ExportFile): FastifyReply {
  return reply
    .header('content-type', contentType)
    .header('content-disposition', `attachment; filename="${fileName}"`)
    .send(body)
}

/** What every such operation says of its file. */
export const EXPORT_FORMS =
  '`csv` follows RFC 4180; a text that a spreadsheet would take for a formula (it begins with `=`, `+`, `-`, `@`, their full-width twins, a tab, a line break or an apostrophe) gets an apostrophe in front, which a reader takes off again. `json` is one array. A file that breaks off ends its connection with an error. At most two at once.'
