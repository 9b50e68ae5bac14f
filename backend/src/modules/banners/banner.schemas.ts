import { Type, type Static } from '@sinclair/typebox'
import { languages } from '#platform/errors'
import { Nullable, pageQuery, strictObject, StringEnum, Timestamp, Uuid } from '#platform/http'

const Text = (maxLength: number, description: string) =>
  Type.String({ minLength: 1, maxLength, pattern: '^[^\\u0000]*\\S[^\\u0000]*$', description })

/** One text per language; English is what people of other languages see. */
const Texts = (maxLength: number, description: string) => {
  const text = Text(maxLength, description)
  return strictObject({
    en: text,
    fr: Type.Optional(text),
    de: Type.Optional(text),
    es: Type.Optional(text),
    ja: Type.Optional(text),
  })
}

const fields = {
  severity: StringEnum(['info', 'success', 'warning', 'danger']),
  texts: Texts(2000, 'Markdown without HTML; links lead to http, https or mailto.'),
  linkUrl: Nullable(
    Type.String({
      maxLength: 2000,
      pattern: '^https?://[^\\s\\u0000]+$',
      description: 'http or https only.',
    }),
  ),
  linkTexts: Nullable(Texts(100, 'What the link says.')),
  startsAt: Nullable(Timestamp('Null: at once.')),
  endsAt: Nullable(Timestamp('Null: until it is taken down.')),
  platformRoles: Type.Array(StringEnum(['admin', 'adminReadonly', 'user']), {
    maxItems: 3,
    uniqueItems: true,
    description: 'Who sees it; empty: every platform role.',
  }),
  organizationRoles: Type.Array(StringEnum(['admin', 'manager', 'member', 'viewer']), {
    maxItems: 4,
    uniqueItems: true,
    description: 'Who sees it; empty: every organization role.',
  }),
  isPublic: Type.Boolean({ description: 'Shown on the sign-in page, too.' }),
  dismissHours: Nullable(Type.Integer({ minimum: 1, maximum: 8760 }), {
    description: 'For how long a person may put it away; null: it stays.',
  }),
  isEnabled: Type.Boolean(),
}

const Version = Type.Integer({ minimum: 1, description: 'Rises with every change; see `If-Match`.' })

export const Banner = strictObject(
  { id: Uuid(), ...fields, createdAt: Timestamp(), updatedAt: Timestamp(), version: Version },
  { $id: 'Banner', description: 'An announcement, with everything that decides who sees it.' },
)
export type Banner = Static<typeof Banner>

const { severity, texts, ...optional } = fields
export const CreateBanner = strictObject({
  severity,
  texts,
  ...Type.Partial(Type.Object(optional)).properties,
})
export type CreateBanner = Static<typeof CreateBanner>

export const UpdateBanner = strictObject(
  { ...Type.Partial(Type.Object(fields)).properties, version: Type.Optional(Version) },
  { minProperties: 1 },
)
export type UpdateBanner = Static<typeof UpdateBanner>

/** What a new banner is where nothing is said. */
export const bannerDefaults = {
  linkUrl: null,
  linkTexts: null,
  startsAt: null,
  endsAt: null,
  platformRoles: [],
  organizationRoles: [],
  isPublic: false,
  dismissHours: null,
  isEnabled: true,
} satisfies Partial<Banner>

export const ShownBanner = strictObject(
  {
    id: Uuid(),
    severity: fields.severity,
    text: Type.String({ maxLength: 2000, description: 'Markdown in your language, else in English.' }),
    linkUrl: fields.linkUrl,
    linkText: Nullable(Type.String({ maxLength: 100 })),
    isDismissible: Type.Boolean(),
  },
  { $id: 'ShownBanner', description: 'An announcement as one person sees it.' },
)
export type ShownBanner = Static<typeof ShownBanner>

export const BannerListQuery = strictObject({ ...pageQuery, isEnabled: Type.Optional(Type.Boolean()) })
export type BannerListQuery = Static<typeof BannerListQuery>

export const ShownBannersQuery = strictObject({
  language: Type.Optional(StringEnum(languages, 'By default your own, else `Accept-Language`.')),
})
