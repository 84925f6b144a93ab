import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { stopSignal } from './stop-signal.ts'

/** A process that hears signals at given times, and says with what it exited. */
function listen() {
  const signals = new EventEmitter()
  const exits: number[] = []
  let nowMs = 5_000
  const signalled = {
    on: (signal: string, hear: () => void) => signals.on(signal, hear),
    exit: (code: number) => exits.push(code),
  }
  const stopped = stopSignal(signalled, () => nowMs)
  return {
    stopped,
    exits,
    hear: (signal: 'SIGTERM' | 'SIGINT', afterMs: number): void => {
      nowMs += afterMs
      signals.emit(signal)
    },
  }
}

test.each(['SIGTERM', 'SIGINT'] as const)('%s, and its echo by npm, let the process drain', async (signal) => {
  const { stopped, exits, hear } = listen()
  hear(signal, 0)
  await stopped
  hear(signal, 0)
  hear(signal, 1_000)
  expect(exits).toEqual([])
})

test('whoever asks again later does not wait', async () => {
  const { stopped, exits, hear } = listen()
  hear('SIGTERM', 0)
  await stopped
  hear('SIGINT', 1_001)
  expect(exits).toEqual([1])
})
