import { Type } from '@sinclair/typebox'
import { sql, type Query, type Tx } from '#platform/database'
import type { Language } from '#platform/errors'
import { Nullable } from '#platform/http'
import type { Caller } from '#platform/services'
import { Banner, type BannerListQuery, ShownBanner } from './banner.schemas.ts'

const Total = Type.Object({ total: Type.BigInt() })

const columns = sql`b.id, b.severity, b.texts, b.link_url as "linkUrl", b.link_texts as "linkTexts", b.starts_at as "startsAt",
  b.ends_at as "endsAt", b.platform_roles as "platformRoles", b.organization_roles as "organizationRoles",
  b.is_public as "isPublic", b.dismiss_hours as "dismissHours", b.is_enabled as "isEnabled", b.created_at as "createdAt",
  b.updated_at as "updatedAt", b.version`

type BannerFields = Omit<Banner, 'id' | 'createdAt' | 'updatedAt' | 'version'>

export function insertBanner(tx: Tx, banner: BannerFields): Promise<Banner> {
  return tx.one(sql(Banner)`
    insert into banners as b (severity, texts, link_url, link_texts, starts_at, ends_at, platform_roles, organization_roles,
      is_public, dismiss_hours, is_enabled)
    values (${banner.severity}, ${JSON.stringify(banner.texts)}, ${banner.linkUrl}, ${jsonOrNull(banner.linkTexts)},
      ${banner.startsAt}, ${banner.endsAt}, ${banner.platformRoles}, ${banner.organizationRoles}, ${banner.isPublic},
      ${banner.dismissHours}, ${banner.isEnabled})
    returning ${columns}`)
}

/** With the row's lock, for a change. */
export function lockBanner(tx: Tx, id: string): Promise<Banner | undefined> {
  return tx.find(sql(Banner)`select ${columns} from banners b where b.id = ${id} for update`)
}

export function findBanner(tx: Tx, id: string): Promise<Banner | undefined> {
  return tx.find(sql(Banner)`select ${columns} from banners b where b.id = ${id}`)
}

export function updateBanner(tx: Tx, id: string, banner: BannerFields, at: Date): Promise<Banner> {
  return tx.one(sql(Banner)`
    update banners b set severity = ${banner.severity}, texts = ${JSON.stringify(banner.texts)}, link_url = ${banner.linkUrl},
      link_texts = ${jsonOrNull(banner.linkTexts)}, starts_at = ${banner.startsAt}, ends_at = ${banner.endsAt},
      platform_roles = ${banner.platformRoles}, organization_roles = ${banner.organizationRoles},
      is_public = ${banner.isPublic}, dismiss_hours = ${banner.dismissHours}, is_enabled = ${banner.isEnabled},
      updated_at = ${at}, version = b.version + 1
    where b.id = ${id} returning ${columns}`)
}

export function deleteBanner(tx: Tx, id: string): Promise<number> {
  return tx.run(sql`delete from banners where id = ${id}`)
}

/** Newest first. */
export async function listBanners(
  tx: Tx,
  query: BannerListQuery,
): Promise<{ rows: Banner[]; total: number }> {
  const where = query.isEnabled === undefined ? sql`true` : sql`b.is_enabled = ${query.isEnabled}`
  const [rows, { total }] = await Promise.all([
    tx.many(sql(Banner)`
      select ${columns} from banners b where ${where}
      order by b.created_at desc, b.id limit ${query.limit} offset ${query.offset}`),
    tx.one(sql(Total)`select count(*) as total from banners b where ${where}`),
  ])
  return { rows, total: Number(total) }
}

const isUp = (now: Date): Query =>
  sql`b.is_enabled and (b.starts_at is null or b.starts_at <= ${now}) and (b.ends_at is null or b.ends_at > ${now})`

const shownColumns = (language: Language): Query => sql`
  b.id, b.severity, coalesce(b.texts ->> ${language}, b.texts ->> 'en') as "text", b.link_url as "linkUrl",
  coalesce(b.link_texts ->> ${language}, b.link_texts ->> 'en') as "linkText", b.dismiss_hours is not null as "isDismissible"`

const bySeverity = sql`array_position(array['danger', 'warning', 'success', 'info'], b.severity), b.created_at desc, b.id`

/** What this person sees now: up, for their roles, not put away. */
export function listShownBanners(
  tx: Tx,
  caller: Caller,
  language: Language,
  now: Date,
): Promise<ShownBanner[]> {
  return tx.many(sql(ShownBanner)`
    select ${shownColumns(language)} from banners b
    where ${isUp(now)}
      and (b.platform_roles = '{}' or ${caller.platformRole} = any (b.platform_roles))
      and (b.organization_roles = '{}' or ${caller.organizationRole}::text = any (b.organization_roles))
      and not exists (select from banner_dismissals d where d.banner_id = b.id and d.user_id = ${caller.userId} and d.until > ${now})
    order by ${bySeverity} limit 20`)
}

/** What is shown to those who have not signed in. */
export function listPublicBanners(tx: Tx, language: Language, now: Date): Promise<ShownBanner[]> {
  return tx.many(sql(ShownBanner)`
    select ${shownColumns(language)} from banners b where ${isUp(now)} and b.is_public order by ${bySeverity} limit 5`)
}

export async function dismiss(tx: Tx, id: string, userId: string, until: Date): Promise<void> {
  await tx.run(sql`
    insert into banner_dismissals (banner_id, user_id, until) values (${id}, ${userId}, ${until})
    on conflict (banner_id, user_id) do update set until = excluded.until`)
}

const PersonsLanguage = Type.Object({ language: Nullable(Type.String()) })

export async function languageOf(tx: Tx, userId: string): Promise<string | null> {
  const row = await tx.find(sql(PersonsLanguage)`select language from users where id = ${userId}`)
  return row?.language ?? null
}

const jsonOrNull = (value: unknown) => (value === null ? null : JSON.stringify(value))
