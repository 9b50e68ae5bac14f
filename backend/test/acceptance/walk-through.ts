import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { expect } from 'vitest'

const run = promisify(execFile)

/** A shell block of a page, and the output that the page promises. */
interface Step {
  readonly line: number
  readonly script: string
  readonly promised: { readonly language: string; readonly text: string } | undefined
}

/** The fenced blocks of a page: each `sh`, with the `json` or `text` that follows it before the next one. */
function stepsOf(markdown: string): Step[] {
  const blocks = [...markdown.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map((match) => ({
    language: match[1] ?? '',
    text: match[2] ?? '',
    line: markdown.slice(0, match.index).split('\n').length,
  }))
  return blocks.flatMap((block, index) => {
    if (block.language !== 'sh') return []
    const next = blocks[index + 1]
    return [
      { line: block.line, script: block.text, promised: next && next.language !== 'sh' ? next : undefined },
    ]
  })
}

const ANYTHING = '…'

/** The promised text as a pattern: an ellipsis stands for anything on its line. */
function patternOf(text: string): RegExp {
  const parts = text.trim().split(ANYTHING)
  return new RegExp(parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('.*'))
}

/** Pages show what matters: fields that they do not show are not compared. */
function expectJson(real: unknown, promised: unknown, where: string): void {
  if (typeof promised === 'string' && promised.includes(ANYTHING)) {
    expect(real, where).toBeDefined()
    expect(String(real), where).toMatch(new RegExp(`^${patternOf(promised).source}$`))
  } else if (Array.isArray(promised)) {
    expect(Array.isArray(real), `${where} is a list`).toBe(true)
    for (const [index, inner] of promised.entries())
      expectJson((real as unknown[])[index], inner, `${where}[${index}]`)
  } else if (typeof promised === 'object' && promised !== null) {
    expect(real, where).toBeTypeOf('object')
    for (const [key, inner] of Object.entries(promised))
      expectJson((real as Record<string, unknown> | null)?.[key], inner, `${where}.${key}`)
  } else expect(real, where).toEqual(promised)
}

/** Lines promised must appear, in this order. */
function expectText(real: string, promised: string, where: string): void {
  const lines = real.split('\n')
  let at = 0
  for (const line of promised.trim().split('\n')) {
    const found = lines.findIndex(
      (candidate, index) => index >= at && new RegExp(`^${patternOf(line).source}$`).test(candidate.trim()),
    )
    expect(found, `${where} prints “${line}” in:\n${real}`).toBeGreaterThanOrEqual(at)
    at = found + 1
  }
}

const MARK = '@@@ step '

/**
 * Runs a page as a reader pastes it: all its blocks in one shell. Answers nothing; fails where the page promises what does
 * not happen.
 */
export async function follow(path: string, repository: string, baseUrl: string): Promise<void> {
  const steps = stepsOf(await readFile(path, 'utf8'))
  expect(steps.length, path).toBeGreaterThan(2)
  const script = steps
    .map((step, index) => `echo; echo '${MARK}${index}'\n${step.script}`)
    .join('\n')
    .replaceAll('http://localhost:8080', baseUrl)
    .replaceAll(/dev:token -- (\w+)/g, `dev:token -- $1 --base-url ${baseUrl}`)
  const { stdout, stderr } = await run('bash', ['-euo', 'pipefail', '-c', script], { cwd: repository }).catch(
    (error: { stdout: string; stderr: string }) => {
      throw new Error(`${path} stopped:\n${error.stdout}\n${error.stderr}`)
    },
  )
  for (const [index, { line, promised }] of steps.entries()) {
    if (!promised) continue
    const where = `${path}:${line}`
    const [, rest = ''] = stdout.split(`${MARK}${index}\n`)
    const output = (rest.split(`\n${MARK}`)[0] ?? '').trim()
    if (promised.language !== 'json') expectText(output, promised.text, where)
    else expectJson(parsed(output, `${where}\n${stderr}`), JSON.parse(promised.text), where)
  }
}

function parsed(output: string, where: string): unknown {
  try {
    return JSON.parse(output)
  } catch {
    throw new Error(`${where} does not print JSON but:\n${output}`)
  }
}
