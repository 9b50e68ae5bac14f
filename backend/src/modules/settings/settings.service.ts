import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import type { PlatformDatabase, Tx } from '#platform/database'
import { announce } from '#platform/events'
import { assertVersion, nanoFromUsd } from '#platform/http'
import { BaseService, type Caller, type ServiceContext } from '#platform/services'
import type { AnySettingsSection } from '#platform/settings'
import { assertKnownCurrency } from './currency.ts'
import { findSection, lockSection, writeSection, type StoredSection } from './settings.queries.ts'

const JOB = 'settings-administration'

export interface SectionAnswer {
  readonly values: Record<string, unknown>
  readonly defaults: Record<string, unknown>
  readonly version: number
  readonly updatedAt: string | null
}

/** Reads and changes sections of settings, which belong to the whole installation. */
export class SettingsService extends BaseService {
  readonly #platform: PlatformDatabase

  constructor(context: ServiceContext) {
    super(context)
    this.#platform = context.platformDatabase
  }

  get(section: AnySettingsSection): Promise<SectionAnswer> {
    return this.#platform.transaction(
      JOB,
      async (tx) => toAnswer(section, await findSection(tx, section.name)),
      { readOnly: true },
    )
  }

  /** Every section by its name, in one transaction. */
  list(sections: readonly AnySettingsSection[]): Promise<Record<string, SectionAnswer>> {
    const readAll = async (tx: Tx) =>
      Object.fromEntries(
        await Promise.all(
          sections.map(
            async (section) =>
              [section.name, toAnswer(section, await findSection(tx, section.name))] as const,
          ),
        ),
      )
    return this.#platform.transaction(JOB, readAll, { readOnly: true })
  }

  /** Only the given fields change. 409 when the section is not what the caller believes to change. */
  update(
    caller: Caller,
    section: AnySettingsSection,
    change: Readonly<Record<string, unknown>>,
    version: number | undefined,
  ): Promise<SectionAnswer> {
    assertKnownCurrency(change['currency'])
    for (const name of section.amounts ?? []) {
      const amount = change[name]
      if (typeof amount === 'number') nanoFromUsd(amount, name)
    }
    return this.#platform.transaction(JOB, async (tx) => {
      const stored = await lockSection(tx, section.name)
      assertVersion(stored?.version ?? 0, version)
      const before = toAnswer(section, stored)
      const written = await writeSection(tx, section.name, { ...stored?.value, ...change }, this.clock.now())
      const after = toAnswer(section, written)
      await this.audit(tx, caller, {
        category: 'settings',
        action: 'settings.updated',
        resourceType: 'settings',
        resourceId: section.name,
        before: before.values,
        after: after.values,
        organizationId: PLATFORM_ORGANIZATION_ID,
      })
      await announce(tx, {
        name: 'settings.updated',
        audience: { platform: true },
        data: { section: section.name },
        organizationId: PLATFORM_ORGANIZATION_ID,
      })
      return after
    })
  }
}

function toAnswer(section: AnySettingsSection, stored: StoredSection | undefined): SectionAnswer {
  return {
    values: { ...section.defaults, ...stored?.value },
    defaults: section.defaults,
    version: stored?.version ?? 0,
    updatedAt: stored?.updatedAt ?? null,
  }
}
