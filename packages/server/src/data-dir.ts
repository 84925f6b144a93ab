import { accessSync, constants, mkdirSync, statSync } from 'node:fs'
import { ConfigError } from './config.ts'

const writableByOthers = 0o022

/**
 * Makes the directory for its owner alone. One that is there already is never changed: it may be somebody's `/srv`.
 * Throws `ConfigError` where it cannot be made or written, and where others could put a database or a pepper of theirs
 * into it. That they may list it is no harm: each file in it is its owner's alone.
 */
export function openDataDir(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    accessSync(directory, constants.W_OK | constants.X_OK)
  } catch {
    throw new ConfigError([`MINTMARK_DATA_DIR: ${directory} cannot be made or written. Name one that can.`])
  }
  if (process.platform === 'win32' || (statSync(directory).mode & writableByOthers) === 0) return
  throw new ConfigError([
    `MINTMARK_DATA_DIR: others can write to ${directory}. Run: chmod go-w ${directory}, or name a directory in it ` +
      'that is not there yet: it is made for its owner alone.',
  ])
}
