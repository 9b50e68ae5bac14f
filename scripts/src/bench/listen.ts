import type { Server } from 'node:http'

/** Listens on a free loopback port and answers with its number. */
export async function listen(server: Server): Promise<number> {
  await new Promise<void>((done, fail) => {
    server.once('error', fail)
    server.listen(0, '127.0.0.1', done)
  })
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('A part of the bench has no port.')
  return address.port
}
