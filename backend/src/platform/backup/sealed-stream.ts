import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import { Transform } from 'node:stream'
import type { CipherKeys } from '#platform/encryption'
import { DamagedBackup } from './damaged-backup.ts'

/**
 * A file that cannot be changed, shortened or reordered unnoticed: a line of facts in the clear, then frames of AES-256-GCM.
 * Each frame is bound to the line, to its place, and to whether it is the last one.
 */
const MAGIC = 'LITEMAAS-BACKUP 1\n'
const FRAME_BYTES = 256 * 1024
const TAG_BYTES = 16
const LENGTH_BYTES = 4
const MAX_HEADER_BYTES = 4096

interface Head {
  readonly salt: string
  /** Tells which key opens it, and nothing about the key. */
  readonly key: string
}

const keyOf = (secret: string, salt: Buffer, purpose: string, bytes: number): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, salt, `litemaas/backup/1/${purpose}`, bytes))

/** Twelve bytes: the frame's number, and a mark on the last one. */
function nonceOf(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt8(isLast ? 1 : 0, 0)
  nonce.writeBigUInt64BE(BigInt(index), 4)
  return nonce
}

export function sealing(keys: CipherKeys): Transform {
  const salt = randomBytes(16)
  const head: Head = {
    salt: salt.toString('base64'),
    key: keyOf(keys.current, salt, 'name', 8).toString('hex'),
  }
  const line = Buffer.from(`${MAGIC}${JSON.stringify(head)}\n`)
  const bound = createHash('sha256').update(line).digest()
  const key = keyOf(keys.current, salt, 'frames', 32)
  let index = 0
  let waiting: Buffer[] = []
  let size = 0
  const frame = (plain: Buffer, isLast: boolean): Buffer => {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(index, isLast)).setAAD(bound)
    index += 1
    const body = Buffer.concat([cipher.update(plain), cipher.final()])
    const length = Buffer.alloc(LENGTH_BYTES)
    length.writeUInt32BE(body.length + TAG_BYTES)
    return Buffer.concat([length, body, cipher.getAuthTag()])
  }
  return new Transform({
    construct(done) {
      this.push(line)
      done()
    },
    transform(chunk: Buffer, _encoding, done) {
      waiting.push(chunk)
      size += chunk.length
      if (size >= FRAME_BYTES) {
        const all = Buffer.concat(waiting)
        let at = 0
        for (; all.length - at > FRAME_BYTES; at += FRAME_BYTES)
          this.push(frame(all.subarray(at, at + FRAME_BYTES), false))
        waiting = [all.subarray(at)]
        size = all.length - at
      }
      done()
    },
    flush(done) {
      this.push(frame(Buffer.concat(waiting), true))
      done()
    },
  })
}

/** Gives out nothing that was not proven to be as it was sealed; fails with {@link DamagedBackup}. */
export function opening(keys: CipherKeys): Transform {
  let bytes: Buffer = Buffer.alloc(0)
  let opened: { key: Buffer; bound: Buffer } | undefined
  let index = 0
  const readHead = (): boolean => {
    if (!MAGIC.startsWith(bytes.subarray(0, MAGIC.length).toString('latin1')))
      throw new DamagedBackup('this is no backup of ours')
    const end = bytes.indexOf(10, MAGIC.length)
    if (end < 0) {
      if (bytes.length > MAX_HEADER_BYTES) throw new DamagedBackup('the head is damaged')
      return false
    }
    const line = bytes.subarray(0, end + 1)
    opened = { key: findKey(line, keys), bound: createHash('sha256').update(line).digest() }
    bytes = bytes.subarray(end + 1)
    return true
  }
  const openFrame = (sealed: Buffer, isLast: boolean): Buffer => {
    if (!opened || sealed.length < TAG_BYTES) throw new DamagedBackup('a frame is damaged')
    const decipher = createDecipheriv('aes-256-gcm', opened.key, nonceOf(index, isLast), {
      authTagLength: TAG_BYTES,
    })
    decipher.setAAD(opened.bound).setAuthTag(sealed.subarray(-TAG_BYTES))
    index += 1
    try {
      return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()])
    } catch {
      throw new DamagedBackup(isLast ? 'it was cut off, or its end is damaged' : 'a frame is damaged')
    }
  }
  /** Of the frame at the front; undefined until its length is known. */
  const frameEnd = (): number | undefined => {
    if (bytes.length < LENGTH_BYTES) return undefined
    const length = bytes.readUInt32BE(0)
    if (length > FRAME_BYTES + TAG_BYTES) throw new DamagedBackup('a frame is damaged')
    return LENGTH_BYTES + length
  }
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk])
        if (!opened && !readHead()) return done()
        // The last frame is known by nothing coming behind it.
        for (let end = frameEnd(); end !== undefined && bytes.length > end; end = frameEnd()) {
          this.push(openFrame(bytes.subarray(LENGTH_BYTES, end), false))
          bytes = bytes.subarray(end)
        }
        done()
      } catch (error) {
        done(error as Error)
      }
    },
    flush(done) {
      try {
        if (!opened || frameEnd() !== bytes.length) throw new DamagedBackup('it was cut off')
        this.push(openFrame(bytes.subarray(LENGTH_BYTES), true))
        done()
      } catch (error) {
        done(error as Error)
      }
    },
  })
}

function findKey(line: Buffer, keys: CipherKeys): Buffer {
  let head: Partial<Head>
  try {
    head = JSON.parse(line.subarray(MAGIC.length).toString()) as Partial<Head>
  } catch {
    throw new DamagedBackup('the head is damaged')
  }
  if (typeof head.salt !== 'string' || typeof head.key !== 'string')
    throw new DamagedBackup('the head is damaged')
  const salt = Buffer.from(head.salt, 'base64')
  for (const secret of [keys.current, keys.previous])
    if (secret !== undefined && keyOf(secret, salt, 'name', 8).toString('hex') === head.key)
      return keyOf(secret, salt, 'frames', 32)
  throw new DamagedBackup('it was made under another ENCRYPTION_KEY, or its head is damaged')
}
