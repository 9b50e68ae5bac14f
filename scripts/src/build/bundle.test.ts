import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { repository } from '../checks/run-steps.ts'
import {
  describeFigures,
  figuresOf,
  isTooBig,
  SCRIPT_LIMIT_KB,
  type BundleFigures,
} from './bundle-figures.ts'
import { buildConsoleInto } from './console.ts'

describe('the figure', () => {
  const manifest = {
    'index.html': {
      file: 'main.js',
      isEntry: true,
      imports: ['_vendor.js'],
      dynamicImports: ['home'],
      css: ['main.css'],
    },
    '_vendor.js': { file: 'vendor.js', imports: ['_react.js'], css: ['vendor.css', 'main.css'] },
    '_react.js': { file: 'react.js', imports: ['_vendor.js'] },
    home: { file: 'home.js', imports: ['index.html'], css: ['home.css'] },
  }

  test('counts what is imported statically, each file once, and no page', () => {
    const sizes: Record<string, number> = {
      'main.js': 1,
      'vendor.js': 10,
      'react.js': 100,
      'main.css': 2,
      'vendor.css': 20,
    }
    const figures = figuresOf(manifest, (file) => sizes[file] ?? Number.NaN)
    expect([figures.scriptBytes, figures.styleBytes]).toEqual([111, 22])
  })

  test('is not given for a manifest that says nothing', () => {
    expect(() => figuresOf({}, () => 0)).toThrow('no entry')
    expect(() => figuresOf({ a: { file: 'a.js', isEntry: true, imports: ['b'] } }, () => 0)).toThrow('b')
  })

  test('is too big above the limit', () => {
    const figures = { scriptBytes: SCRIPT_LIMIT_KB * 1000, styleBytes: 0, scripts: [], styles: [] }
    expect(isTooBig(figures)).toBe(false)
    expect(isTooBig({ ...figures, scriptBytes: figures.scriptBytes + 1 })).toBe(true)
  })
})

describe('the build', { timeout: 120_000 }, () => {
  let folder: string
  let figures: BundleFigures
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8')
  const assets = (ending: string): string[] =>
    readdirSync(join(folder, 'assets')).filter((name) => name.endsWith(ending))

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'litemaas-bundle-'))
    figures = await buildConsoleInto(folder)
  }, 120_000)
  afterAll(() => rm(folder, { recursive: true, force: true }))

  test('makes nobody wait for more than the limit', () => {
    expect(isTooBig(figures), describeFigures(figures)).toBe(false)
    // React alone weighs more than this: less means that something was not counted.
    expect(figures.scriptBytes).toBeGreaterThan(60_000)
    expect(figures.styleBytes).toBeLessThan(100_000)
  })

  test('is React for production, without charts before a chart is shown', () => {
    const first = figures.scripts.map(read).join('\n')
    expect(first).not.toContain('Download the React DevTools')
    expect(first).not.toContain('echarts')
    expect(assets('.js').some((name) => read(`assets/${name}`).includes('echarts'))).toBe(true)
  })

  test('leaves nothing inline in the page, and nothing from elsewhere', () => {
    const page = read('index.html')
    expect(page).not.toMatch(/<style|<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=|javascript:/i)
    const addresses = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address ?? '')
    expect(addresses.length).toBeGreaterThan(2)
    for (const address of addresses) {
      expect(address).toMatch(/^\/[^/]/)
      expect(existsSync(join(folder, address)), address).toBe(true)
    }
    expect(
      assets('.css').filter((name) => /url\(["']?(https?:|data:|\/\/)/.test(read(`assets/${name}`))),
    ).toEqual([])
  })

  test('lays compressed files beside the plain ones', () => {
    // The rest fits into one packet as it is.
    const files = [...figures.scripts, ...figures.styles].filter((file) => read(file).length >= 1000)
    expect(files.length).toBeGreaterThan(3)
    for (const file of files) {
      expect(existsSync(join(folder, `${file}.br`)), file).toBe(true)
      expect(gunzipSync(readFileSync(join(folder, `${file}.gz`))).toString(), file).toBe(read(file))
    }
  })

  test('names the licences of what it is made of', () => {
    const licences = read('third-party-licenses.md')
    for (const name of ['react', '@patternfly/react-core', 'echarts', '@tanstack/react-router', 'i18next'])
      expect(licences).toContain(name)
  })

  test('has the rules of every PatternFly class that is written by hand', () => {
    const styles = assets('.css')
      .map((name) => read(`assets/${name}`))
      .join('\n')
    const sources = readdirSync(join(repository, 'frontend/src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name) && !name.includes('node_modules'))
      .map((name) => readFileSync(join(repository, 'frontend/src', name), 'utf8'))
      .join('\n')
    const used = new Set([...sources.matchAll(/\bpf-v6-[a-z0-9_-]+/gi)].map(([name]) => name))
    expect([...used].filter((name) => !styles.includes(`.${name}`))).toEqual([])
  })
})
