import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Ballast } from './ballast.ts'

const bytes = 3 * 1024 * 1024 + 1
const moreThanAnyDisk = 2 ** 52

describe('ballast', () => {
  let directory: string
  let file: string
  let changes: boolean[]
  const make = (size = bytes): Ballast =>
    new Ballast({ file, bytes: size, onChange: (isHeld) => void changes.push(isHeld) })

  beforeEach(() => {
    vi.useFakeTimers()
    directory = mkdtempSync(join(tmpdir(), 'mintmark-ballast-'))
    file = join(directory, 'ballast')
    changes = []
  })
  afterEach(() => {
    vi.useRealTimers()
    rmSync(directory, { recursive: true, force: true })
  })

  test('takes up its room on the disk, for its owner’s eyes only', () => {
    const ballast = make()
    expect(ballast.isHeld).toBe(false)
    ballast.hold()
    const { size, blocks, mode } = statSync(file)
    expect(size).toBe(bytes)
    expect(blocks * 512).toBeGreaterThanOrEqual(bytes)
    expect(mode & 0o077).toBe(0)
    expect(readdirSync(directory)).toEqual(['ballast'])
    expect(ballast.isHeld).toBe(true)
    expect(changes).toEqual([])
  })

  test('is there for the next start, unless it is not whole', () => {
    make().hold()
    expect(make().isHeld).toBe(true)
    truncateSync(file, bytes - 1)
    const ballast = make()
    expect(ballast.isHeld).toBe(false)
    ballast.hold()
    expect(statSync(file).size).toBe(bytes)
  })

  test('is gone at once when it is given up, and made again when there is room', () => {
    const ballast = make()
    ballast.hold()
    ballast.release()
    ballast.release()
    expect(readdirSync(directory)).toEqual([])
    expect(changes).toEqual([false])
    vi.advanceTimersByTime(10_000)
    expect(statSync(file).size).toBe(bytes)
    expect(ballast.isHeld).toBe(true)
    expect(changes).toEqual([false, true])
    expect(vi.getTimerCount()).toBe(0)
  })

  test('is not begun where there is no room for it, and that is said once', () => {
    const ballast = make(moreThanAnyDisk)
    ballast.hold()
    vi.advanceTimersByTime(10_000)
    expect(ballast.isHeld).toBe(false)
    expect(readdirSync(directory)).toEqual([])
    expect(changes).toEqual([false])
    ballast.close()
    expect(vi.getTimerCount()).toBe(0)
  })

  test('is not held where nothing can be written', () => {
    rmSync(directory, { recursive: true, force: true })
    const ballast = make()
    ballast.hold()
    expect(ballast.isHeld).toBe(false)
    ballast.close()
  })
})
