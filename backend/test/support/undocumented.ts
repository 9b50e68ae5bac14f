import type { FastifyInstance } from 'fastify'

type Paths = Record<string, Record<string, { operationId?: string; 'x-error-codes'?: string[] }>>

/** Refusals that a server gave and its document does not know; what every test asks for is held against it. */
export class UndocumentedRefusals {
  readonly #found = new Set<string>()
  readonly #documented = new WeakMap<FastifyInstance, Map<string, ReadonlySet<string>>>()

  /** Must be called before the server listens. */
  watch(app: FastifyInstance): void {
    app.addHook('onResponse', (request, _reply, done) => {
      const operationId = request.routeOptions.schema?.operationId
      if (request.refusal !== null && operationId !== undefined) {
        const codes = this.#codesOf(app).get(operationId)
        if (codes && !codes.has(request.refusal.code))
          this.#found.add(`${operationId} ${request.refusal.code}`)
      }
      done()
    })
  }

  /** @throws Error that says which operation refused with what. */
  expectNone(): void {
    if (this.#found.size === 0) return
    const found = [...this.#found].toSorted().join('\n  ')
    throw new Error(
      `operations refused with codes that their document does not name; add each to the route's errors(…, 'CODE'):\n  ${found}`,
    )
  }

  #codesOf(app: FastifyInstance): Map<string, ReadonlySet<string>> {
    const known = this.#documented.get(app)
    if (known) return known
    const { paths } = app.swagger() as unknown as { paths: Paths }
    const codes = new Map(
      Object.values(paths)
        .flatMap((methods) => Object.values(methods))
        .filter((operation) => operation['x-error-codes'] !== undefined)
        .map((operation) => [String(operation.operationId), new Set(operation['x-error-codes'])] as const),
    )
    this.#documented.set(app, codes)
    return codes
  }
}
