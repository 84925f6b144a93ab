import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { ConfigError } from './config.ts'
import { syncDirectory } from './storage/sync-directory.ts'

/** At least. */
export const pepperBytes = 32

/** Different bytes, at least: hexadecimal text has 8 or more, random bytes more than 20. */
const minDifferentBytes = 8

/**
 * Reads the pepper, or makes it where it is missing and `mayMake` (the database is new too).
 * Throws `ConfigError` for a file that is missing, too short, not random, readable by others, or not to be read at all.
 */
export function readPepper(path: string, { mayMake }: { readonly mayMake: boolean }): Uint8Array {
  if (!mayMake && !existsSync(path)) {
    throw new ConfigError([
      `${path}: the pepper is missing, and this database has keys that need it. Put the file back (from where you ` +
        'keep it, for it is in no backup of the database), or set MINTMARK_PEPPER_FILE.',
    ])
  }
  try {
    if (!existsSync(path)) makePepper(path)
    return requirePepper(path)
  } catch (error) {
    if (error instanceof ConfigError) throw error
    throw new ConfigError([`${path}: the pepper cannot be read or made: ${codeOf(error)}.`])
  }
}

/** The pepper of before a change. Throws `ConfigError` as `readPepper` does. */
export function readPreviousPepper(path: string): Uint8Array {
  if (existsSync(path)) return readPepper(path, { mayMake: false })
  throw new ConfigError([
    `MINTMARK_PREVIOUS_PEPPER_FILE: there is no ${path}. Put the file back, or leave the variable out once nothing is ` +
      'left under that pepper: npx mintmark pepper status.',
  ])
}

/** A new pepper. False: there is a file already, and it stays as it is. Throws `ConfigError` where none can be made. */
export function createPepperFile(path: string): boolean {
  if (existsSync(path)) return false
  readPepper(path, { mayMake: true })
  return true
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}

/** Appears whole or not at all, and is durable before the first key that needs it. */
function makePepper(path: string): void {
  const draft = `${path}.${randomBytes(8).toString('hex')}`
  const file = openSync(draft, 'wx', 0o600)
  writeSync(file, randomBytes(pepperBytes))
  fsyncSync(file)
  closeSync(file)
  renameSync(draft, path)
  syncDirectory(dirname(path))
}

function requirePepper(path: string): Uint8Array {
  const mode = statSync(path).mode & 0o077
  if (mode !== 0 && process.platform !== 'win32') {
    throw new ConfigError([`${path}: others can read the pepper. Run: chmod 600 ${path}`])
  }
  const pepper = readFileSync(path)
  if (pepper.length < pepperBytes) {
    throw new ConfigError([
      `${path}: a pepper has ${pepperBytes} random bytes or more, this file has ${pepper.length}.`,
    ])
  }
  if (new Set(pepper).size < minDifferentBytes) {
    throw new ConfigError([`${path}: this is not random. Make a pepper by: npx mintmark pepper create FILE.`])
  }
  return new Uint8Array(pepper)
}
