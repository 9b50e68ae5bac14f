import { Type, type Static } from '@sinclair/typebox'
import { sql, type Tx } from '#platform/database'
import { BrandingImage, type MediaType, type Slot } from './branding.schemas.ts'

const columns = sql`slot, media_type as "mediaType", length(content) as bytes, updated_at as "updatedAt",
  '/api/v1/branding/images/' || slot || '?v=' || left(digest, 16) as url`

export function listBrandingImages(tx: Tx): Promise<BrandingImage[]> {
  return tx.many(sql(BrandingImage)`select ${columns} from branding_images order by slot`)
}

export function findImage(tx: Tx, slot: Slot): Promise<BrandingImage | undefined> {
  return tx.find(sql(BrandingImage)`select ${columns} from branding_images where slot = ${slot}`)
}

const Content = Type.Object({
  mediaType: Type.String(),
  digest: Type.String(),
  content: Type.Unsafe<Buffer>({}),
})
export type ImageContent = Static<typeof Content>

export function findContent(tx: Tx, slot: Slot): Promise<ImageContent | undefined> {
  return tx.find(sql(Content)`
    select media_type as "mediaType", digest, content from branding_images where slot = ${slot}`)
}

export function putImage(
  tx: Tx,
  image: { slot: Slot; mediaType: MediaType; content: Buffer; digest: string; at: Date },
): Promise<BrandingImage> {
  return tx.one(sql(BrandingImage)`
    insert into branding_images (slot, media_type, content, digest, updated_at)
    values (${image.slot}, ${image.mediaType}, ${image.content}, ${image.digest}, ${image.at})
    on conflict (slot) do update set media_type = excluded.media_type, content = excluded.content,
      digest = excluded.digest, updated_at = excluded.updated_at
    returning ${columns}`)
}

export function deleteImage(tx: Tx, slot: Slot): Promise<number> {
  return tx.run(sql`delete from branding_images where slot = ${slot}`)
}
