import { expect, test } from 'vitest'
import { closingLine, countTests } from './test-counts.js'

const line = (report: Parameters<typeof countTests>[0], exitCode: number | null) =>
  closingLine(countTests(report, exitCode))
const file = (status: string, ...results: string[]) => ({
  status,
  assertionResults: results.map((status) => ({ status })),
})

test('counts what passed, failed and was skipped', () => {
  const counts = { numPassedTests: 7, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] }
  expect(line(counts, 0)).toBe('7 passed, 0 failed')
  expect(line({ ...counts, numPendingTests: 2, numTodoTests: 1 }, 0)).toBe('7 passed, 0 failed, 3 skipped')
  expect(line({ ...counts, numFailedTests: 2, testResults: [file('failed', 'failed', 'failed')] }, 1)).toBe(
    '7 passed, 2 failed',
  )
})

test('counts a file that could not be loaded', () => {
  const testResults = [file('failed'), file('failed', 'failed', 'passed'), file('passed', 'passed')]
  expect(line({ numPassedTests: 2, numFailedTests: 1, testResults }, 1)).toBe('2 passed, 2 failed')
})

test('never calls a failed run whole', () => {
  expect(line({ numPassedTests: 2, numFailedTests: 0, testResults: [] }, 1)).toBe('2 passed, 1 failed')
  expect(line(undefined, null)).toBe('0 passed, 1 failed')
})
