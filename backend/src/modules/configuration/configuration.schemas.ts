import { Type, type TObject } from '@sinclair/typebox'
import { BrandingImage } from '#modules/branding'
import { ShownBanner } from '#modules/banners'
import { languages } from '#platform/errors'
import { Nullable, RefTo, strictObject, StringEnum } from '#platform/http'
import type { AnySettingsSection } from '#platform/settings'

/** The installation itself, as its variables made it. */
const installation = {
  signInProvider: StringEnum(['openshift', 'oidc'], 'How people sign in.'),
  signInProviderName: Nullable(Type.String({ maxLength: 100 }), {
    description: 'What people call the provider; null where nobody has named it.',
  }),
  hasDocumentation: Type.Boolean({ description: 'Whether /docs is served.' }),
}

export function publicConfiguration(sections: readonly AnySettingsSection[]): TObject {
  return strictObject(
    {
      ...installation,
      languages: Type.Array(StringEnum(languages), { description: 'What messages are spoken in.' }),
      settings: strictObject(Object.fromEntries(sections.map(({ name, schema }) => [name, schema]))),
      images: Type.Array(RefTo(BrandingImage), { description: 'Logos that were uploaded.' }),
      banners: Type.Array(RefTo(ShownBanner), { description: 'What the sign-in page announces.' }),
    },
    { $id: 'PublicConfiguration', description: 'What the console must know before anybody has signed in.' },
  )
}
