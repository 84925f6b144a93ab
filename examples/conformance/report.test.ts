import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { promises, promisesOfPages } from './promises.ts'
import { isKept, tally, writeTable } from './report.ts'

const shared = new URL('../../../shared/vendors/README.md', import.meta.url)

describe('the report', () => {
  const results = [
    { title: 'AE-1, AE-3: both', status: 'passed' },
    { title: 'AE-3: one', status: 'failed' },
    { title: 'AE-4: nobody looked', status: 'skipped' },
    { title: 'AE-12: another', status: 'passed' },
    { title: 'no promise: AE-2', status: 'passed' },
  ]
  const verdicts = tally(['AE-1', 'AE-2', 'AE-3', 'AE-4', 'AL-1'], results)

  test('counts the tests of each promise, but for those that were skipped', () => {
    expect(verdicts).toEqual([
      { id: 'AE-1', passed: 1, failed: 0 },
      { id: 'AE-2', passed: 0, failed: 0 },
      { id: 'AE-3', passed: 1, failed: 1 },
      { id: 'AE-4', passed: 0, failed: 0 },
      { id: 'AL-1', passed: 0, failed: 0 },
    ])
  })

  test('takes no promise for kept that nothing has shown, but those that only a page shows', () => {
    expect(verdicts.filter(isKept).map(({ id }) => id)).toEqual(['AE-1', 'AL-1'])
  })

  test('is a line for each, and a sum', () => {
    expect(writeTable(verdicts)).toBe(
      [
        'AE-1    passed   1 test',
        'AE-2    without a test',
        'AE-3    failed   1 of 2 tests',
        'AE-4    without a test',
        'AL-1    without a test: only a page shows it',
        '1 passed, 1 failed, 3 without a test',
        '',
      ].join('\n'),
    )
  })
})

// The vendors' pages lie beside the checkout where the project is made; a clone elsewhere has the list alone.
test.skipIf(!existsSync(shared))('the promises are those that the vendors’ pages are read as', () => {
  const ids = [...readFileSync(shared, 'utf8').matchAll(/^\| (A[L1EF]-\d+) \|/gm)].map(([, id]) => id)
  const own = Object.values(promises).flat()
  expect(new Set(ids)).toEqual(new Set(own))
  expect(own).toEqual(expect.arrayContaining([...promisesOfPages]))
})
