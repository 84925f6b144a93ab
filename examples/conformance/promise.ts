import { test } from 'vitest'
import type { PromiseId } from './promises.ts'

/** For what asks another process a hundred times and more, on a machine that has other things to do. */
const patienceMs = 120_000

/** A test that fails when the vendor's promise is broken: `promise('AL-5', 'title', async () => …)`. */
export function promise(
  ids: PromiseId | readonly PromiseId[],
  title: string,
  prove: () => Promise<void>,
  timeoutMs = patienceMs,
): void {
  test(`${[ids].flat().join(', ')}: ${title}`, prove, timeoutMs)
}
