import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { configSchema } from '@litemaas/backend/config'
import { repository } from '../checks/run-steps.ts'

const compose = readFileSync(resolve(repository, 'docker-compose.yml'), 'utf8')
const app = compose.split('\n  app:\n')[1]?.split(/\n\w/)[0] ?? ''
const example = readFileSync(resolve(repository, '.env.example'), 'utf8')

test('the app is handed every variable that the server reads, but the launcher’s own', () => {
  const handed = new Set([...app.matchAll(/^ {6}([A-Z_]+):/gm)].map(([, name]) => name))
  const read = Object.keys(configSchema.properties).filter((name) => name !== 'MOCK_AUTH')
  expect(read.filter((name) => !handed.has(name))).toEqual([])
  expect([...handed].filter((name) => name !== undefined && !read.includes(name))).toEqual([])
})

test('what must be set stands in the example, without a value that works', () => {
  const required = new Set([...compose.matchAll(/\$\{([A-Z_]+):\?/g)].flatMap(([, name]) => name ?? []))
  const lines = new Map(
    example.split('\n').map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]),
  )
  expect([...required].filter((name) => !lines.has(name))).toEqual([])
  const filled = [...required].filter(
    (name) => /SECRET|PASSWORD|KEY|PEPPER/.test(name) && lines.get(name) !== '',
  )
  expect(filled).toEqual([])
})

test('ports are published on loopback only', () => {
  const published = [...compose.matchAll(/ports: \[(.*)\]/g)].map(([, ports]) => ports)
  expect(published.length).toBeGreaterThan(0)
  expect(published.filter((ports) => ports?.startsWith("'127.0.0.1:") !== true)).toEqual([])
})
