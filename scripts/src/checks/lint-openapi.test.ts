import { expect, test } from 'vitest'
import { lintOpenApi } from './lint-openapi.ts'

const uuid = { type: 'string', format: 'uuid', maxLength: 36 }
const refusal = {
  type: 'object',
  properties: { code: { type: 'string', maxLength: 100 } },
  required: ['code'],
}

/** A document without a fault, small enough to be spoilt by hand. */
const sound = () => ({
  openapi: '3.1.0',
  info: { title: 'A', version: '1', description: 'An API.' },
  servers: [{ url: '/' }],
  tags: [{ name: 'things', description: 'Things.' }],
  paths: {
    '/things/{id}': {
      get: {
        operationId: 'getThing',
        summary: 'Read a thing',
        description: 'The thing.\n\n- **Who may:** everybody.',
        tags: ['things'],
        security: [{ token: [] }],
        parameters: [{ name: 'id', in: 'path', required: true, schema: uuid as object }],
        responses: {
          '200': {
            description: 'The thing.',
            content: {
              'application/json': { schema: { type: 'object', properties: { id: uuid as object } } },
            },
          },
          '404': {
            description: 'No thing.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/Error' },
                examples: { THING_NOT_FOUND: { value: { code: 'THING_NOT_FOUND' } } } as object,
              },
            },
          },
        } as Record<
          string,
          { description: string; content: Record<string, { schema: object; examples?: object }> }
        >,
      },
    },
  },
  components: {
    schemas: { Error: refusal } as Record<string, object>,
    securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
  },
})

type Document = ReturnType<typeof sound>

const lint = async (document: object) => {
  const problems = await lintOpenApi(JSON.stringify(document), '/openapi.json')
  return problems.map((problem) => problem.split(':')[0])
}

test('a sound document has no warning', async () => {
  expect(await lint(sound())).toEqual([])
})

const faults: ReadonlyArray<
  readonly [
    rule: string,
    spoil: (operation: Document['paths']['/things/{id}']['get'], document: Document) => void,
  ]
> = [
  ['operation-operationId', (operation) => Object.assign(operation, { operationId: undefined })],
  ['operation-summary', (operation) => Object.assign(operation, { summary: undefined })],
  [
    'litemaas/own-description',
    (operation) => Object.assign(operation, { description: '- **Who may:** you.' }),
  ],
  ['operation-tag-defined', (operation) => operation.tags.push('others')],
  ['operation-4xx-response', ({ responses }) => delete responses['404']],
  ['litemaas/success', ({ responses }) => delete responses['200']],
  [
    'litemaas/bounded-strings',
    ({ parameters }) =>
      parameters.push({ name: 'q', in: 'query', required: false, schema: { type: 'string' } }),
  ],
  [
    'litemaas/uuid-ids',
    ({ responses }) =>
      Object.assign(responses['200'] ?? {}, {
        content: {
          'application/json': {
            schema: { type: 'object', properties: { ownerId: { type: 'string', maxLength: 9 } } },
          },
        },
      }),
  ],
  [
    'litemaas/error-examples',
    ({ responses }) => delete responses['404']?.content['application/json']?.examples,
  ],
  [
    'no-invalid-media-type-examples',
    ({ responses }) =>
      Object.assign(responses['404']?.content['application/json'] ?? {}, {
        examples: { WRONG: { value: {} } },
      }),
  ],
  [
    'no-unused-components',
    (_operation, { components }) => Object.assign(components.schemas, { Alone: refusal }),
  ],
  ['security-defined', (operation) => operation.security.push({ token: [], nobody: [] } as never)],
]

test.each(faults)('%s is noticed', async (rule, spoil) => {
  const document = sound()
  spoil(document.paths['/things/{id}'].get, document)
  expect(await lint(document)).toContain(rule)
})
