import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ConfigError } from './config.ts'
import { pepperBytes, readPepper } from './pepper-file.ts'

describe('the pepper', () => {
  let directory: string
  let path: string

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'mintmark-pepper-'))
    path = join(directory, 'pepper')
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  test('is made of random bytes for its owner alone, once', () => {
    const pepper = readPepper(path, { mayMake: true })
    expect(pepper).toHaveLength(pepperBytes)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(directory)).toEqual(['pepper'])
    expect(readPepper(path, { mayMake: true })).toEqual(pepper)
    expect(readPepper(path, { mayMake: false })).toEqual(pepper)
    expect(readPepper(join(directory, 'other'), { mayMake: true })).not.toEqual(pepper)
  })

  test('is never made for a database that has keys', () => {
    expect(() => readPepper(path, { mayMake: false })).toThrow(ConfigError)
    expect(() => readPepper(path, { mayMake: false })).toThrow(/missing.*MINTMARK_PEPPER_FILE/)
    expect(readdirSync(directory)).toEqual([])
  })

  test.each([0o640, 0o604, 0o620, 0o602, 0o610, 0o777])('is refused where others can read it (mode %o)', (mode) => {
    readPepper(path, { mayMake: true })
    chmodSync(path, mode)
    expect(() => readPepper(path, { mayMake: true })).toThrow(ConfigError)
    expect(() => readPepper(path, { mayMake: true })).toThrow(`chmod 600 ${path}`)
  })

  test.each([0o600, 0o400])('is taken where only its owner can read it (mode %o)', (mode) => {
    const pepper = readPepper(path, { mayMake: true })
    chmodSync(path, mode)
    expect(readPepper(path, { mayMake: false })).toEqual(pepper)
  })

  test.each([0, 1, 31])('is refused with %i bytes, and left as it is', (length) => {
    writeFileSync(path, new Uint8Array(length), { mode: 0o600 })
    expect(() => readPepper(path, { mayMake: true })).toThrow(`this file has ${length}`)
    expect(readFileSync(path)).toHaveLength(length)
  })

  test.each([
    ['zeros', Buffer.alloc(32)],
    ['a word again and again', Buffer.from('changeme'.repeat(8))],
  ])('is refused if it is %s', (_, bytes) => {
    writeFileSync(path, bytes, { mode: 0o600 })
    expect(() => readPepper(path, { mayMake: true })).toThrow(`${path}: this is not random.`)
  })

  test('that cannot be read or made is a mistake of configuration', () => {
    expect(() => readPepper(join(directory, 'no', 'such', 'place'), { mayMake: true })).toThrow(/cannot be .*: ENOENT/)
    chmodSync(directory, 0o700)
    expect(() => readPepper(directory, { mayMake: true })).toThrow(/cannot be .*: EISDIR/)
    expect(() => readPepper(directory, { mayMake: true })).toThrow(ConfigError)
  })
})
