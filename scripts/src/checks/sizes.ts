// `npm run sizes`: how big the rooms are. A sign to watch, never a gate.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import ts from 'typescript'
import { repository } from './run-steps.ts'

type Longest = { lines: number; name: string; place: string }

const roots = ['backend/src', 'scripts/src', 'frontend/src']
const skipped = new Set(['node_modules', 'dist', 'generated', 'fixture'])

function sources(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      if (skipped.has(entry.name)) return []
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return sources(path)
      return /\.tsx?$/.test(entry.name) && !/\.(test|contract)\.tsx?$/.test(entry.name) ? [path] : []
    })
  } catch {
    return []
  }
}

const named = (node: ts.SignatureDeclaration): string => {
  if (node.name !== undefined) return node.name.getText()
  const parent = node.parent as ts.Node | undefined
  return parent !== undefined && ts.isVariableDeclaration(parent) ? parent.name.getText() : '(anonymous)'
}

function longestFunction(path: string, text: string): Longest {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true)
  let longest: Longest = { lines: 0, name: '', place: '' }
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const first = file.getLineAndCharacterOfPosition(node.getStart()).line
      const lines = file.getLineAndCharacterOfPosition(node.end).line - first + 1
      const place = `${relative(repository, path)}:${first + 1}`
      if (lines > longest.lines) longest = { lines, name: named(node), place }
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return longest
}

const percentile = (sorted: number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0

for (const root of roots) {
  const files = sources(join(repository, root)).map((path) => {
    const text = readFileSync(path, 'utf8')
    return { path, lines: text.split('\n').length - 1, longest: longestFunction(path, text) }
  })
  if (files.length === 0) continue
  const lines = files.map((file) => file.lines).sort((a, b) => a - b)
  const total = lines.reduce((sum, count) => sum + count, 0)
  const biggest = files.reduce((a, b) => (b.lines > a.lines ? b : a))
  const longest = files.map((file) => file.longest).reduce((a, b) => (b.lines > a.lines ? b : a))
  console.log(
    `${root}: ${files.length} files, ${total} lines, median ${percentile(lines, 0.5)}, p90 ${percentile(lines, 0.9)}`,
  )
  console.log(`  biggest file      ${biggest.lines} lines  ${relative(repository, biggest.path)}`)
  console.log(`  longest function  ${longest.lines} lines  ${longest.name} (${longest.place})`)
}
