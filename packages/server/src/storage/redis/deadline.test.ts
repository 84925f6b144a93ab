import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { DeadlinePassed, within } from './deadline.ts'

describe('a deadline', () => {
  test('gives the outcome that comes in time', async () => {
    expect(await within(1_000, delay(5, 'done'))).toBe('done')
    await expect(within(1_000, Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  })

  test('passes when nothing comes', async () => {
    const startMs = performance.now()
    await expect(within(30, new Promise(() => {}))).rejects.toBeInstanceOf(DeadlinePassed)
    expect(performance.now() - startMs).toBeGreaterThan(28)
  })

  test('leaves nothing behind when it passed and the work fails later', async () => {
    const late = delay(30).then(() => {
      throw new Error('late')
    })
    await expect(within(5, late)).rejects.toBeInstanceOf(DeadlinePassed)
    await delay(40)
  })
})
