import { Type, type TObject } from '@sinclair/typebox'
import { Nullable, strictObject, Timestamp } from '#platform/http'
import type { AnySettingsSection } from '#platform/settings'

/** `api-keys` -> `ApiKeys`. */
export const pascalOf = (name: string): string =>
  name.replaceAll(/(?:^|-)([a-z])/g, (_match, letter: string) => letter.toUpperCase())

const Version = Type.Integer({
  minimum: 0,
  description: 'Rises with every change, 0 before the first; see `If-Match`.',
})

/** A section as it is read: what holds, what would hold if nothing were set, and when it was changed last. */
export function answerOf(section: AnySettingsSection): TObject {
  return strictObject(
    {
      values: section.schema,
      defaults: section.schema,
      version: Version,
      updatedAt: Nullable(Timestamp(), { description: 'Null while nothing was ever set.' }),
    },
    { $id: `${pascalOf(section.name)}Settings`, description: `Settings of the section ${section.name}.` },
  )
}

/** A change: any of the section's fields, at least one. */
export function changeOf(section: AnySettingsSection): TObject {
  return strictObject({ ...Type.Partial(section.schema).properties }, { minProperties: 1 })
}
