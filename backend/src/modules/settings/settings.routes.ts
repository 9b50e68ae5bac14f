import type { FastifyInstance } from 'fastify'
import { callerOf, errors, expectedVersion, One, RefTo, strictObject } from '#platform/http'
import type { AnySettingsSection } from '#platform/settings'
import { answerOf, changeOf, pascalOf } from './settings.schemas.ts'
import type { SettingsService } from './settings.service.ts'

const tags = ['settings']
/** What sections refuse beyond their shape. */
const ruleCodes: Readonly<Record<string, readonly string[]>> = { display: ['CURRENCY_UNKNOWN'] }

/** One pair of routes per section, so that each is typed and documented as what it is. */
export function registerSettingsRoutes(
  app: FastifyInstance,
  sections: readonly AnySettingsSection[],
  service: SettingsService,
): void {
  const answers = new Map(sections.map((section) => [section, answerOf(section)] as const))
  for (const answer of answers.values()) app.addSchema(answer)
  const all = strictObject(
    Object.fromEntries([...answers].map(([section, answer]) => [section.name, RefTo(answer)])),
  )

  app.get(
    '/api/v1/admin/settings',
    {
      schema: {
        operationId: 'listSettings',
        summary: 'Read all settings',
        description: 'Every section with its values, its defaults and its version.',
        tags,
        response: { 200: strictObject({ data: all }), ...errors() },
      },
      config: { tenant: 'none' },
      preHandler: [app.authenticate, app.requireRole('adminReadonly')],
    },
    async () => ({ data: await service.list(sections) }),
  )

  for (const [section, answer] of answers) {
    const url = `/api/v1/admin/settings/${section.name}`
    const response = { 200: One(answer) }
    const config = { tenant: 'none' as const }
    app.get(
      url,
      {
        schema: {
          operationId: `get${pascalOf(section.name)}Settings`,
          summary: `Read the settings of the section ${section.name}`,
          description: 'The values that hold, and the defaults of what was never set.',
          tags,
          response: { ...response, ...errors() },
        },
        config,
        preHandler: [app.authenticate, app.requireRole('adminReadonly')],
      },
      async () => ({ data: await service.get(section) }),
    )
    app.patch<{ Body: Record<string, unknown> }>(
      url,
      {
        schema: {
          operationId: `update${pascalOf(section.name)}Settings`,
          summary: `Change the settings of the section ${section.name}`,
          description:
            'Only the given fields change, for the whole installation and at once. `If-Match` guards against overwriting.',
          tags,
          body: changeOf(section),
          response: { ...response, ...errors(409, 413, 415, 422, ...(ruleCodes[section.name] ?? [])) },
        },
        config: { ...config, audit: 'settings.updated' },
        preHandler: [app.authenticate, app.requireRole('admin')],
      },
      async (request) => {
        const version = expectedVersion(request)
        return { data: await service.update(callerOf(request), section, request.body, version) }
      },
    )
  }
}
