import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { repository } from '../checks/run-steps.ts'

const folder = resolve(repository, 'frontend/public')
const page = readFileSync(resolve(folder, 'index.html'), 'utf8')

test('the page works under a strict content security policy: nothing inline, nothing from elsewhere', () => {
  expect(page).not.toMatch(/<style|<script|\sstyle=|\son[a-z]+=|javascript:/i)
  expect(page).not.toMatch(/(src|href)="(https?:)?\/\//i)
})

test('its files exist', () => {
  const files = [...page.matchAll(/(?:src|href)="(\/[a-z]+\.[a-z]+)"/g)].flatMap(([, path]) => path ?? [])
  const own = files.filter((path) => path !== '/openapi.json')
  expect(own.length).toBeGreaterThan(0)
  expect(own.filter((path) => !existsSync(resolve(folder, `.${path}`)))).toEqual([])
})
