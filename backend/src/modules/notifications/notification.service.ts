import { ApplicationError, languages, type Language } from '#platform/errors'
import { cursorPage, decodeCursor } from '#platform/http'
import { BaseService, type Caller } from '#platform/services'
import {
  countUnread,
  deleteNotification,
  findReader,
  listNotifications,
  markAllRead,
  markRead,
  type NotificationRow,
} from './notification.queries.ts'
import type { Notification, NotificationListQuery } from './notification.schemas.ts'
import { wordsOf } from './wording.ts'

/** A person's inbox in the organization that they work in. It is nobody else's business, and leaves no audit rows. */
export class NotificationService extends BaseService {
  /** `preferred` is the language of who has chosen none. */
  async list(caller: Caller, query: NotificationListQuery, preferred: Language) {
    this.organizationOf(caller)
    const userId = this.personOf(caller)
    const cursor = query.cursor === undefined ? undefined : decodeCursor(query.cursor)
    return await this.read(caller, async (tx) => {
      const [rows, unread, reader] = await Promise.all([
        listNotifications(tx, userId, query, cursor),
        countUnread(tx, userId),
        findReader(tx, userId),
      ])
      const language = languages.find((one) => one === reader?.language) ?? preferred
      const { data, pagination } = cursorPage(rows, query.limit)
      return { data: data.map((row) => toNotification(row, language)), pagination, unread }
    })
  }

  async markRead(caller: Caller, id: string): Promise<void> {
    this.organizationOf(caller)
    const userId = this.personOf(caller)
    const isMine = await this.transaction(caller, (tx) => markRead(tx, userId, id, this.clock.now()))
    if (!isMine) throw ApplicationError.notFound('notification', id)
  }

  async markAllRead(caller: Caller): Promise<void> {
    this.organizationOf(caller)
    const userId = this.personOf(caller)
    await this.transaction(caller, (tx) => markAllRead(tx, userId, this.clock.now()))
  }

  async remove(caller: Caller, id: string): Promise<void> {
    this.organizationOf(caller)
    const userId = this.personOf(caller)
    const wasMine = await this.transaction(caller, (tx) => deleteNotification(tx, userId, id))
    if (!wasMine) throw ApplicationError.notFound('notification', id)
  }
}

function toNotification({ at, facts, ...row }: NotificationRow, language: Language): Notification {
  return { ...row, ...wordsOf(language, row.template, facts), createdAt: at }
}
