import { Type, type Static } from '@sinclair/typebox'
import { strictObject, StringEnum, Timestamp } from '#platform/http'

export const mediaTypes = ['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/svg+xml'] as const
export type MediaType = (typeof mediaTypes)[number]
export const MAX_IMAGE_BYTES = 2 * 1024 * 1024

export const Slot = StringEnum(
  ['login-logo', 'header-logo-light', 'header-logo-dark'],
  'Where the image is shown; `light` and `dark` name the theme.',
)
export type Slot = Static<typeof Slot>

export const SlotParams = strictObject({ slot: Slot })

export const BrandingImage = strictObject(
  {
    slot: Slot,
    mediaType: StringEnum(mediaTypes),
    bytes: Type.Integer({ minimum: 1, maximum: MAX_IMAGE_BYTES }),
    url: Type.String({ maxLength: 300, description: 'Changes with the image, so that it may be cached.' }),
    updatedAt: Timestamp(),
  },
  { $id: 'BrandingImage', description: 'An uploaded image.' },
)
export type BrandingImage = Static<typeof BrandingImage>
