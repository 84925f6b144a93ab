import { closeSync, fsyncSync, openSync } from 'node:fs'

/** What was made, renamed or removed in this directory is so after a power cut, too. */
export function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
