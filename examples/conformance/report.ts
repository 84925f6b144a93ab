import { promisesOfPages, type PromiseId } from './promises.ts'

/** One test, as vitest tells of it. */
export type TestResult = { readonly title: string; readonly status: string }

/** What became of one promise. */
export type Verdict = { readonly id: PromiseId; readonly passed: number; readonly failed: number }

/**
 * The tests of each promise, counted. One that was skipped, as are those that read a vendor's page where that is not at
 * hand, has shown nothing, neither way.
 */
export function tally(ids: readonly PromiseId[], results: readonly TestResult[]): readonly Verdict[] {
  return ids.map((id) => {
    const own = results.filter(({ title }) => idsOf(title).includes(id))
    const passed = own.filter(({ status }) => status === 'passed').length
    return { id, passed, failed: own.filter(({ status }) => status === 'failed').length }
  })
}

/** Whether a promise is shown to be kept, or only a page could show it. */
export function isKept({ id, passed, failed }: Verdict): boolean {
  return failed === 0 && (passed > 0 || promisesOfPages.includes(id))
}

export function writeTable(verdicts: readonly Verdict[]): string {
  const lines = verdicts.map((verdict) => `${verdict.id.padEnd(6)}  ${wordsOf(verdict)}\n`)
  const kept = verdicts.filter((verdict) => verdict.passed > 0 && verdict.failed === 0).length
  const failed = verdicts.filter((verdict) => verdict.failed > 0).length
  return `${lines.join('')}${kept} passed, ${failed} failed, ${verdicts.length - kept - failed} without a test\n`
}

function wordsOf({ id, passed, failed }: Verdict): string {
  if (failed > 0) return `failed   ${failed} of ${passed + failed} tests`
  if (passed > 0) return `passed   ${passed} ${passed === 1 ? 'test' : 'tests'}`
  return promisesOfPages.includes(id) ? 'without a test: only a page shows it' : 'without a test'
}

/** `AL-5, AL-6: the title` */
function idsOf(title: string): readonly string[] {
  const [ids = ''] = title.split(':', 1)
  return ids.split(', ')
}
