// Prints "N passed, N failed" from vitest's JSON report; without a report, or with one that ran nothing, it fails.
import { readFileSync } from 'node:fs'

type Report = {
  numTotalTests: number
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numFailedTestSuites: number
  success: boolean
}

const path = process.argv[2]
if (path === undefined) throw new Error('usage: report-tests.ts <file of the JSON reporter>')
const text = readFileSync(path, 'utf8')
if (text === '') {
  console.log('The tests left no report: nothing can be said about them.')
  process.exit(1)
}
const report: Report = JSON.parse(text)

if (report.numPendingTests > 0) console.log(`${report.numPendingTests} skipped`)
// A file that could not be loaded has no tests to count, yet nothing of it passed.
if (!report.success && report.numFailedTests === 0) {
  console.log(`${report.numFailedTestSuites} test files or the set-up failed before their tests could run`)
}
if (!report.success || report.numTotalTests === 0) process.exitCode = 1
console.log(`${report.numPassedTests} passed, ${report.numFailedTests} failed`)
