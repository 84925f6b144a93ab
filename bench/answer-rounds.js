// The other end of subject.ts. JavaScript, because the peers, which are installed here alone, use it too.

/** @returns {unknown} the settings that the subject was started with */
export function readSettings() {
  return JSON.parse(process.argv[2] ?? '{}')
}

/**
 * Says that the subject is ready, and answers each message by `answer`, until it is told to stop.
 * @param {Record<string, unknown>} ready
 * @param {(message: Record<string, unknown>) => unknown} answer
 */
export function answerRounds(ready, answer) {
  const answerOne = async (/** @type {Record<string, unknown>} */ message) => {
    if (message['stop'] === true) process.exit(0)
    process.send?.(await answer(message))
  }
  process.on('message', (/** @type {Record<string, unknown>} */ message) => void answerOne(message))
  process.on('disconnect', () => process.exit(0))
  process.send?.(ready)
}

/**
 * Answers `{iterations}` by the CPU microseconds that one iteration took.
 * @param {(iterations: number) => Promise<void>} run
 */
export function answerIterations(run) {
  answerRounds({}, async (message) => {
    const iterations = Number(message['iterations'])
    globalThis.gc?.()
    const before = process.cpuUsage()
    await run(iterations)
    const { user, system } = process.cpuUsage(before)
    return { cpuMicroseconds: (user + system) / iterations }
  })
}

/**
 * Answers any message by the CPU microseconds of this process so far.
 * @param {Record<string, unknown>} ready
 */
export function answerCpu(ready) {
  answerRounds(ready, () => {
    const { user, system } = process.cpuUsage()
    return { cpuMicroseconds: user + system }
  })
}

/**
 * Whole numbers from 0 below `bound`, in an order without a pattern, the same in every process.
 * @param {number} bound
 */
export function scatter(bound) {
  let state = 1
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * bound)
  }
}
