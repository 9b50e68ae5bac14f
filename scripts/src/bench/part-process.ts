import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onCore } from './cores.ts'

const entry = fileURLToPath(new URL('main.ts', import.meta.url))

/** A part of the bench that runs in its own process, on its own core. */
export interface PartProcess {
  readonly pid: number
  /** Where it listens; 0 for the load generator. */
  readonly port: number
  readonly url: string
  ask<T>(question: object): Promise<T>
  stop(): Promise<void>
}

type Message = { port: number } | { answer: unknown } | { failure: string }

async function nextMessage(child: ChildProcess, role: string): Promise<Message> {
  const gone = new AbortController()
  const ended = once(child, 'exit', { signal: gone.signal }).then(() => {
    throw new Error(`The bench's ${role} has ended unexpectedly.`)
  })
  try {
    const [message] = (await Promise.race([once(child, 'message', { signal: gone.signal }), ended])) as [
      Message,
    ]
    return message
  } finally {
    gone.abort()
    ended.catch(() => undefined)
  }
}

export async function startPart(role: string, behind: string, core: number): Promise<PartProcess> {
  const [command, args] = onCore(core, process.execPath, [entry, role, behind])
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const hello = await nextMessage(child, role)
  const port = 'port' in hello ? hello.port : 0
  return {
    pid: child.pid ?? 0,
    port,
    url: `http://127.0.0.1:${String(port)}`,
    async ask<T>(question: object) {
      child.send(question)
      const message = await nextMessage(child, role)
      if ('failure' in message) throw new Error(`The bench's ${role}: ${message.failure}.`)
      if (!('answer' in message)) throw new Error(`The bench's ${role} said something unexpected.`)
      return message.answer as T
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}
