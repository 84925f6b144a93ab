/**
 * The part of vitest's JSON report that is read here.
 * @typedef {object} Report
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} [numPendingTests]
 * @property {number} [numTodoTests]
 * @property {{ status: string, assertionResults: { status: string }[] }[]} testResults
 */

/**
 * What a run amounts to. A file that could not be loaded counts as a failure, and so does a run that failed although
 * no test did: a closing line without failures must mean success.
 * @param {Report | undefined} report undefined when vitest has left none
 * @param {number | null} exitCode vitest's, null when a signal ended it
 */
export function countTests(report, exitCode) {
  const passed = report?.numPassedTests ?? 0
  const skipped = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0)
  const unloaded = (report?.testResults ?? []).filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((result) => result.status === 'failed'),
  ).length
  const failedTests = (report?.numFailedTests ?? 0) + unloaded
  const outsideTests = failedTests === 0 && exitCode !== 0 ? 1 : 0
  return { passed, failed: failedTests + outsideTests, skipped, outsideTests }
}

/** @param {{ passed: number, failed: number, skipped: number }} counts */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
