import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Product } from './support.ts'
import { follow } from './walk-through.ts'

const repository = fileURLToPath(new URL('../../..', import.meta.url))
const folder = `${repository}docs/api/walk-throughs`
const pages = (await readdir(folder)).filter((name) => name.endsWith('.md')).toSorted()

let product: Product
beforeAll(async () => {
  product = await Product.start()
})
afterAll(async () => product.stop())

test('there are five of them', () => {
  expect(pages.map((name) => name[0])).toEqual(['1', '2', '3', '4', '5'])
})

test.each(pages)('%s works as pasted, and answers as promised', { timeout: 90_000 }, async (page) => {
  await follow(`${folder}/${page}`, repository, product.env['BASE_URL'] ?? '')
})
