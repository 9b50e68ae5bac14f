import { Type } from '@sinclair/typebox'
import { Nullable, strictObject } from '#platform/http'
import { defineSettings } from '#platform/settings'

const Line = (maxLength: number, description: string) =>
  Type.String({
    minLength: 1,
    maxLength,
    pattern: '^[^\\u0000-\\u001f]*\\S[^\\u0000-\\u001f]*$',
    description,
  })

export const brandingTexts = defineSettings({
  name: 'branding',
  isPublic: true,
  schema: strictObject({
    title: Line(80, 'Name of the installation, in the header and on the sign-in page.'),
    subtitle: Nullable(Line(200, 'A line below the title on the sign-in page.')),
  }),
  defaults: { title: 'LiteMaaS', subtitle: null },
})
