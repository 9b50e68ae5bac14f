import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkList, type Parameter } from './list-checks.ts'
import { listOracles, otherLists } from './list-oracles.ts'
import { openBusyStage, type Stage } from './stage.ts'

// Every list of the API, on the data of a busy installation, against SQL over the base tables that was written apart from it.

interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
}
interface Operation {
  readonly operationId: string
  readonly parameters?: readonly Parameter[]
  readonly responses: Readonly<Record<string, { content?: Readonly<Record<string, { schema: Schema }>> }>>
}

let stage: Stage
let lists: Map<string, { path: string; parameters: readonly Parameter[] }>

beforeAll(async () => {
  stage = await openBusyStage()
  const { body } = await stage.world.anonymous.get('/openapi.json')
  const document = body as {
    paths: Record<string, { get?: Operation }>
    components: { schemas: Record<string, Schema> }
  }
  const resolve = (schema: Schema | undefined): Schema | undefined =>
    schema?.$ref === undefined ? schema : document.components.schemas[schema.$ref.split('/').at(-1) ?? '']
  const isList = (operation: Operation): boolean => {
    const answer = resolve(operation.responses['200']?.content?.['application/json']?.schema)?.properties
    return answer?.['pagination'] !== undefined || resolve(answer?.['data'])?.type === 'array'
  }
  lists = new Map(
    Object.entries(document.paths).flatMap(([path, { get }]) =>
      get && isList(get) ? [[get.operationId, { path, parameters: get.parameters ?? [] }] as const] : [],
    ),
  )
}, 120_000)
afterAll(() => stage.close())

test('every list of the document has its oracle', () => {
  const known = [...listOracles.map(({ operationId }) => operationId), ...Object.keys(otherLists)]
  expect([...lists.keys()].sort()).toEqual(known.sort())
})

describe.each(listOracles)('$operationId', (oracle) => {
  test.each(oracle.views)('as %s', async (name) => {
    const operation = lists.get(oracle.operationId)
    if (!operation) throw new Error(`the document has no ${oracle.operationId}`)
    await checkList(stage, oracle, stage.views[name], operation)
  })
})
