import type {
  FastifyReply,
  FastifyRequest,
  HookHandlerDoneFunction,
  preHandlerHookHandler,
  RouteOptions,
} from 'fastify'
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
const CHECK = Symbol('check')

type Check = (request: FastifyRequest) => void

/** A preHandler that carries its meaning, so that the declaration can be read without running it. */
export type AccessHandler = preHandlerHookHandler & { readonly [ACCESS]: AccessRule; readonly [CHECK]: Check }

export function accessHandler(rule: AccessRule, check: Check): AccessHandler {
  return Object.assign(asHook(check), { [ACCESS]: rule, [CHECK]: check })
}

/** Answered by callback: a promise per hook costs every request more than the check itself. */
export function asHook(check: Check) {
  return (request: FastifyRequest, _reply: FastifyReply, done: HookHandlerDoneFunction): void => {
    try {
      check(request)
    } catch (error) {
      return done(error as Error)
    }
    done()
  }
}

export const checkOf = (handler: AccessHandler): Check => handler[CHECK]

const isAccessHandler = (handler: unknown): handler is AccessHandler =>
  typeof handler === 'function' && ACCESS in handler

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
    /** A file that is the same for everybody: nobody is recognized by a cookie, and nothing is counted. */
    isFile?: boolean
    /** Where an API key may stand besides `Authorization`, which wins. */
    keyHeader?: 'x-api-key'
    /** The answer is written past the framework, so that no cookie can go with it. */
    answersRaw?: boolean
  }
}
