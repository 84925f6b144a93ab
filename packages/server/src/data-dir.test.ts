import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ConfigError } from './config.ts'
import { openDataDir } from './data-dir.ts'

describe('the data dir', () => {
  let parent: string
  const modeOf = (path: string): number => statSync(path).mode & 0o777

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'mintmark-data-dir-'))
  })
  afterEach(() => rmSync(parent, { recursive: true }))

  test('is made, with the directories above it, for its owner alone', () => {
    openDataDir(join(parent, 'a', 'b'))
    expect(modeOf(join(parent, 'a', 'b'))).toBe(0o700)
    expect(modeOf(join(parent, 'a'))).toBe(0o700)
  })

  test.each([0o700, 0o750, 0o755])('may be there already, and stays as it is (mode %o)', (mode) => {
    const directory = join(parent, 'there')
    mkdirSync(directory)
    chmodSync(directory, mode)
    openDataDir(directory)
    expect(modeOf(directory)).toBe(mode)
  })

  test.each([0o770, 0o777, 0o1777, 0o702])('is refused where others could put files into it (mode %o)', (mode) => {
    const directory = join(parent, 'there')
    mkdirSync(directory)
    chmodSync(directory, mode)
    expect(() => openDataDir(directory)).toThrow(ConfigError)
    expect(() => openDataDir(directory)).toThrow(`chmod go-w ${directory}`)
    expect(statSync(directory).mode & 0o7777).toBe(mode)
  })

  test('is refused where it is a file, or below one', () => {
    const file = join(parent, 'file')
    writeFileSync(file, '')
    expect(() => openDataDir(file)).toThrow(/^MINTMARK_DATA_DIR: .*cannot be made or written/)
    expect(() => openDataDir(join(file, 'below'))).toThrow(ConfigError)
  })
})
