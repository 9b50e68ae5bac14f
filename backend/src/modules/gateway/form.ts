import { randomBytes } from 'node:crypto'
import type { Readable } from 'node:stream'
import { Busboy, type BusboyFileStream } from '@fastify/busboy'
import { ApplicationError } from '#platform/errors'
import { refusals } from './errors.ts'

/** A form, read once, and written anew: what we have read is what the proxy reads, whoever parses it. */
export interface Form {
  readonly fields: ReadonlyArray<readonly [name: string, value: string]>
  /** Names of the fields that hold files. */
  readonly fileNames: readonly string[]
  readonly content: Buffer
  readonly contentType: string
}

/** The largest file that OpenAI takes, and room for the words around it. */
export const FORM_LIMIT = 25 * 1024 * 1024 + 64 * 1024
const LIMITS = {
  fieldNameSize: 200,
  fieldSize: 1024 * 1024,
  fields: 64,
  files: 17,
  parts: 80,
  fileSize: FORM_LIMIT,
  headerPairs: 20,
  headerSize: 8192,
}
const MEDIA_TYPE = /^[\w!#$&^.+-]{1,100}\/[\w!#$&^.+-]{1,100}$/

interface Part {
  readonly head: string
  readonly content: Buffer[]
}

/** As browsers write names in the head of a part. */
const quoted = (name: string) =>
  name.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22').replaceAll('\0', '%00')

const tooLarge = () => new ApplicationError('PAYLOAD_TOO_LARGE', 'The form is larger than 25 MiB.')

class FormReader {
  readonly #parts: Part[] = []
  readonly #fields: Array<readonly [string, string]> = []
  readonly #fileNames: string[] = []
  readonly #fail: (error: Error) => void

  constructor(fail: (error: Error) => void) {
    this.#fail = fail
  }

  field(name: string, value: string, isCut: boolean): void {
    if (isCut) return this.#fail(refusals.invalid('A field of the form is too long.', name))
    this.#fields.push([name, value])
    this.#parts.push({
      head: `content-disposition: form-data; name="${quoted(name)}"\r\n`,
      content: [Buffer.from(value)],
    })
  }

  file(name: string, stream: BusboyFileStream, fileName: string | undefined, mediaType: string): void {
    const content: Buffer[] = []
    this.#fileNames.push(name)
    this.#parts.push({
      head:
        `content-disposition: form-data; name="${quoted(name)}"; filename="${quoted(fileName ?? 'file')}"\r\n` +
        `content-type: ${MEDIA_TYPE.test(mediaType) ? mediaType : 'application/octet-stream'}\r\n`,
      content,
    })
    stream.on('data', (chunk: Buffer) => content.push(chunk))
    stream.on('limit', () => this.#fail(tooLarge()))
    stream.on('error', (error) => this.#fail(error))
  }

  form(): Form {
    const boundary = `litemaas-${randomBytes(18).toString('hex')}`
    const content = this.#parts.flatMap((part) => [
      Buffer.from(`--${boundary}\r\n${part.head}\r\n`),
      ...part.content,
      Buffer.from('\r\n'),
    ])
    return {
      fields: this.#fields,
      fileNames: this.#fileNames,
      content: Buffer.concat([...content, Buffer.from(`--${boundary}--\r\n`)]),
      contentType: `multipart/form-data; boundary=${boundary}`,
    }
  }
}

/**
 * Reads a form within bounds. `take` is told of each piece before it is kept, and may refuse. Rejects with 400 or 413; what
 * the client still sends then is thrown away.
 */
export function readForm(
  payload: Readable,
  contentType: string,
  take: (bytes: number) => void,
): Promise<Form> {
  return new Promise((resolve, reject) => {
    let parser: Busboy
    try {
      parser = new Busboy({ headers: { 'content-type': contentType }, limits: LIMITS })
    } catch (error) {
      payload.resume()
      reject(notAForm(error))
      return
    }
    let length = 0
    const fail = (error: Error): void => {
      payload.off('data', onData)
      payload.off('end', onEnd)
      payload.resume()
      parser.removeAllListeners()
      parser.on('error', () => undefined)
      reject(error instanceof ApplicationError ? error : notAForm(error))
    }
    const reader = new FormReader(fail)
    const onData = (chunk: Buffer): void => {
      length += chunk.length
      try {
        if (length > FORM_LIMIT) throw tooLarge()
        take(chunk.length)
        parser.write(chunk)
      } catch (error) {
        fail(
          error instanceof Error ? error : new ApplicationError('MALFORMED_BODY', 'The form cannot be read.'),
        )
      }
    }
    const onEnd = (): void => void parser.end()
    const tooMany = () => fail(refusals.invalid('The form has too many fields.'))
    parser.on('field', (name, value, isNameCut, isValueCut) =>
      reader.field(name, value, isNameCut || isValueCut),
    )
    parser.on('file', (name, stream, fileName, _encoding, mediaType) =>
      reader.file(name, stream, fileName, mediaType),
    )
    for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const) parser.on(limit, tooMany)
    parser.on('error', (error) => fail(error instanceof Error ? error : notAForm(error)))
    parser.on('finish', () => resolve(reader.form()))
    payload.on('data', onData)
    payload.on('end', onEnd)
    payload.on('error', fail)
    payload.on('close', () => {
      if (!payload.readableEnded) fail(notAForm(undefined))
    })
  })
}

const notAForm = (cause: unknown) =>
  new ApplicationError('MALFORMED_BODY', 'The body is not a valid form.', { cause })
