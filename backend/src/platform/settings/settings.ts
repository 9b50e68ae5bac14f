import { Type, type Static, type TObject } from '@sinclair/typebox'
import { sql, type Tx } from '#platform/database'

/** One group of settings that is read and written as a whole. */
export interface SettingsSection<S extends TObject = TObject> {
  /** In the URL and in the table `settings`. */
  readonly name: string
  readonly schema: S
  readonly defaults: Static<S>
  /** Whether the console may read it before anybody has signed in. */
  readonly isPublic: boolean
  /** Fields that are amounts of US dollars: finer than we count they are refused when they are set, not when they are used. */
  readonly amounts?: readonly string[]
  /** What holds now: what was set, and the defaults for the rest. */
  read(tx: Tx): Promise<Static<S>>
}

/** A section of whatever shape, for the room that lists them. */
export type AnySettingsSection = Omit<SettingsSection, 'defaults' | 'read'> & {
  readonly defaults: Readonly<Record<string, unknown>>
  read(tx: Tx): Promise<Record<string, unknown>>
}

const Row = Type.Object({ value: Type.Record(Type.String(), Type.Unknown()) })

export function defineSettings<S extends TObject>(
  section: Pick<SettingsSection<S>, 'name' | 'schema' | 'defaults' | 'amounts'> & { isPublic?: boolean },
): SettingsSection<S> {
  return {
    isPublic: false,
    ...section,
    async read(tx) {
      const row = await tx.find(sql(Row)`select value from settings where key = ${`section:${section.name}`}`)
      return { ...section.defaults, ...row?.value } as Static<S>
    },
  }
}

/** The sections that the rooms have registered, in that order. */
export class SettingsRegistry {
  readonly #sections: AnySettingsSection[] = []

  register<S extends TObject>(section: SettingsSection<S>): void {
    this.#sections.push(section as unknown as AnySettingsSection)
  }

  list(): readonly AnySettingsSection[] {
    return this.#sections
  }
}
