import type { IncomingHttpHeaders } from 'node:http'
import { createHash } from 'node:crypto'
import { ProxyError } from './errors.ts'
import type { JsonObject } from './json.ts'

export const isForm = (headers: IncomingHttpHeaders): boolean =>
  headers['content-type']?.startsWith('multipart/form-data') === true

/** A form as an object: of fields that stand twice the last counts; files are described, not kept. */
export async function parseForm(bytes: Buffer, headers: IncomingHttpHeaders): Promise<JsonObject> {
  const request = new Response(new Uint8Array(bytes), {
    headers: { 'content-type': headers['content-type'] ?? '' },
  })
  const form = await request.formData().catch((error: unknown) => {
    throw new ProxyError(400, 'invalid_request_error', `Invalid form: ${String(error)}`, 'request_body')
  })
  const body: JsonObject = {}
  for (const [name, value] of form.entries()) {
    if (typeof value === 'string') body[name] = value
    else {
      const content = Buffer.from(await value.arrayBuffer())
      const digest = createHash('sha256').update(content).digest('hex')
      body[name] = { filename: value.name, type: value.type, size: content.length, sha256: digest }
    }
  }
  return body
}
