import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import { languageOf } from '#platform/errors'
import { callerOf, errors, IdParams, One } from '#platform/http'
import {
  NotificationListQuery,
  NotificationPage,
  NotificationPreferences,
  SetNotificationPreferences,
} from './notification.schemas.ts'
import type { NotificationService } from './notification.service.ts'
import type { PreferenceService } from './preference.service.ts'

const tags = ['notifications']
const base = '/api/v1/me/notifications'

/** A person's inbox. */
export function registerNotificationRoutes(app: FastifyInstance, service: NotificationService): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()
  const preHandler = [app.authenticate]

  routes.get(
    base,
    {
      schema: {
        operationId: 'listNotifications',
        summary: 'List your notifications',
        description:
          'Newest first, in your language, in the organization that you work in; with the number of those that you have not read.',
        tags,
        querystring: NotificationListQuery,
        response: { 200: NotificationPage, ...errors() },
      },
      preHandler,
    },
    (request) => service.list(callerOf(request), request.query, languageOf(request)),
  )

  routes.post(
    `${base}/read-all`,
    {
      schema: {
        operationId: 'readAllNotifications',
        summary: 'Mark all your notifications as read',
        description: 'In the organization that you work in. It leaves no audit row.',
        tags,
        response: { 204: Type.Null({ description: 'Marked.' }), ...errors(413, 415) },
      },
      preHandler,
    },
    async (request, reply) => {
      await service.markAllRead(callerOf(request))
      return reply.code(204).send(null)
    },
  )

  routes.post(
    `${base}/:id/read`,
    {
      schema: {
        operationId: 'readNotification',
        summary: 'Mark a notification as read',
        description: 'Again is no error. Somebody else’s is 404. It leaves no audit row.',
        tags,
        params: IdParams,
        response: {
          204: Type.Null({ description: 'Marked.' }),
          ...errors(404, 413, 415, 'NOTIFICATION_NOT_FOUND'),
        },
      },
      preHandler,
    },
    async (request, reply) => {
      await service.markRead(callerOf(request), request.params.id)
      return reply.code(204).send(null)
    },
  )

  routes.delete(
    `${base}/:id`,
    {
      schema: {
        operationId: 'deleteNotification',
        summary: 'Remove a notification',
        description: 'From your inbox, for good. Somebody else’s is 404. It leaves no audit row.',
        tags,
        params: IdParams,
        response: {
          204: Type.Null({ description: 'Removed.' }),
          ...errors(404, 413, 415, 'NOTIFICATION_NOT_FOUND'),
        },
      },
      preHandler,
    },
    async (request, reply) => {
      await service.remove(callerOf(request), request.params.id)
      return reply.code(204).send(null)
    },
  )
}

/** What a person wants to be told. */
export function registerPreferenceRoutes(app: FastifyInstance, service: PreferenceService): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()
  const url = '/api/v1/me/notification-preferences'
  const response = { 200: One(NotificationPreferences) }

  routes.get(
    url,
    {
      schema: {
        operationId: 'getNotificationPreferences',
        summary: 'Read what you are told, and how',
        description: 'Every kind of notification, with your choice or its default.',
        tags,
        response: { ...response, ...errors() },
      },
      config: { tenant: 'none' },
      preHandler: [app.authenticate],
    },
    async (request) => ({ data: await service.get(callerOf(request)) }),
  )

  routes.put(
    url,
    {
      schema: {
        operationId: 'setNotificationPreferences',
        summary: 'Choose what you are told, and how',
        description:
          'Replaces the whole choice: kinds that are left out return to their defaults. What was told already stays.',
        tags,
        body: SetNotificationPreferences,
        response: { ...response, ...errors(413, 415) },
      },
      config: { tenant: 'none', audit: 'notification_preferences.updated' },
      preHandler: [app.authenticate],
    },
    async (request) => ({ data: await service.set(callerOf(request), request.body) }),
  )
}
