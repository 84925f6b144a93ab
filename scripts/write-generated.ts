import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, relative } from 'node:path'

/** Writes a generated file; with `--check` only says, and by exit code 1, that it is not what it should be. */
export function writeGenerated(path: string, text: string): void {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return
  const name = relative(process.cwd(), path)
  if (process.argv.includes('--check')) {
    console.error(`${name} is out of date: run npm run generate`)
    process.exitCode = 1
    return
  }
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  console.error(`${name} is written`)
}
