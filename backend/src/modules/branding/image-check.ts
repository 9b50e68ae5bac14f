import { imageSize } from 'image-size'
import { ApplicationError } from '#platform/errors'
import { codes } from './branding.errors.ts'
import type { MediaType } from './branding.schemas.ts'
import { sanitizedSvg } from './svg.ts'

const MAX_SIDE = 4096
const typeNames: Readonly<Record<Exclude<MediaType, 'image/svg+xml'>, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
  'image/gif': 'gif',
}

/**
 * The bytes to keep for an upload: a raster image as it is, when its bytes are what the header says (422 otherwise) and
 * its sides are at most 4096 pixels; of an SVG only what draws.
 */
export function checkedImage(mediaType: MediaType, content: Buffer): Buffer {
  if (mediaType === 'image/svg+xml') return Buffer.from(sanitizedSvg(content))
  const { type, width, height } = sizeOf(content)
  if (type !== typeNames[mediaType])
    throw ApplicationError.unprocessable(
      `These bytes are no ${typeNames[mediaType]} image.`,
      codes.IMAGE_UNREADABLE,
    )
  if (!(width <= MAX_SIDE && height <= MAX_SIDE))
    throw ApplicationError.unprocessable(
      `An image may be at most ${MAX_SIDE} pixels wide and high.`,
      codes.IMAGE_TOO_LARGE,
    )
  return content
}

function sizeOf(content: Buffer) {
  try {
    return imageSize(content)
  } catch {
    throw ApplicationError.unprocessable('These bytes are no image.', codes.IMAGE_UNREADABLE)
  }
}
