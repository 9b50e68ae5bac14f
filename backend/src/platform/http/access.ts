import type { FastifyReply, FastifyRequest, preHandlerAsyncHookHandler, RouteOptions } from 'fastify'
import { ApplicationError } from '#platform/errors'
import type { Caller, PlatformRole } from '#platform/caller'

/** One statement about who may call a route. A route's access is all of its statements together. */
export type AccessRule =
  | { readonly kind: 'public' }
  | { readonly kind: 'authenticated' }
  | { readonly kind: 'role'; readonly role: PlatformRole }
  | { readonly kind: 'permission'; readonly permission: string }
  /** Also with an API key, which otherwise manages nothing. */
  | { readonly kind: 'acceptsApiKey' }
  /** With an API key and nothing else. */
  | { readonly kind: 'onlyApiKey' }

const ACCESS = Symbol('access')

/** A preHandler that carries its meaning, so that the declaration can be read without running it. */
export type AccessHandler = preHandlerAsyncHookHandler & { readonly [ACCESS]: AccessRule }

export function accessHandler(rule: AccessRule, check: (request: FastifyRequest) => void): AccessHandler {
  const handler = async (request: FastifyRequest, _reply: FastifyReply) => check(request)
  return Object.assign(handler, { [ACCESS]: rule })
}

const isAccessHandler = (handler: unknown): handler is AccessHandler => typeof handler === 'function' && ACCESS in handler

/** The access that a route's `preHandler` declares; empty when it declares none. */
export function declaredAccess(route: Pick<RouteOptions, 'preHandler'>): AccessHandler[] {
  return [route.preHandler].flat().filter(isAccessHandler)
}

export const ruleOf = (handler: AccessHandler): AccessRule => handler[ACCESS]

/** The caller that a route's handler may rely on, because the route's access let nobody else through. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw ApplicationError.unauthorized()
  return request.caller
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Name of the audit row that a success writes. */
    audit?: string
    /** Whether `Idempotency-Key` is honoured (`optional`) or demanded (`required`); `none` by default. */
    idempotency?: 'optional' | 'required' | 'none'
    /** Whose rows the route touches; `own` by default, `none` for what belongs to no organization. */
    tenant?: 'own' | 'none' | 'cross'
  }
}
