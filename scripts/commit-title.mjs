// Holds a commit title to the house rule: conventional, at most 60 characters.
import { readFileSync } from 'node:fs'

const file = process.argv[2]
const title = file === undefined ? '' : (readFileSync(file, 'utf8').split('\n')[0] ?? '')
const conventional = /^(feat|fix|refactor|perf|test|docs|build|ci|chore|revert)(\([a-z0-9-]+\))?!?: \S/
const byGit = /^(Merge|Revert|fixup!|squash!) /

if (!byGit.test(title) && (!conventional.test(title) || title.length > 60)) {
  console.error(
    `"${title}" (${title.length} characters): write "<type>(<scope>): <imperative>", at most 60 characters,`,
  )
  console.error('with a type of feat, fix, refactor, perf, test, docs, build, ci, chore or revert.')
  process.exit(1)
}
