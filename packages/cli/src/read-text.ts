import { readFileSync } from 'node:fs'
import { Failed } from './host.ts'

/** A whole file, or, for 0, standard input. */
export function readText(file: string | 0, exitCode?: number): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new Failed(`${file === 0 ? '-' : file} cannot be read.`, exitCode)
  }
}

/** Null where it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
