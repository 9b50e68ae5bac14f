import { describe, expect, it } from 'vitest'
import { countRows, readExport } from './export-progress.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

describe('the progress of a download', () => {
  it('counts lines after the head', () => {
    const count = countRows('csv')
    expect(count(bytes('id,at\n'))).toBe(0)
    expect(count(bytes('1,now\n2,n'))).toBe(1)
    expect(count(bytes('ow\n'))).toBe(2)
  })

  it('counts objects even where a piece ends in the middle of a name', () => {
    const count = countRows('json')
    const text = '[{"requestId":"a"},{"requestId":"b"},{"requestId":"c"}]'
    for (let cut = 1; cut < text.length; cut += 1) {
      const one = countRows('json')
      one(bytes(text.slice(0, cut)))
      expect(one(bytes(text.slice(cut)))).toBe(3)
    }
    expect(count(bytes('[]'))).toBe(0)
  })

  it('keeps every byte', async () => {
    const told: number[] = []
    const blob = await readExport(new Response('a\n1\n2\n'), 'csv', (rows) => told.push(rows))
    expect(await blob.text()).toBe('a\n1\n2\n')
    expect(told.at(-1)).toBe(2)
  })
})
