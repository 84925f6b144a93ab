import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The pages of a vendor; they lie beside the checkout where the project is made, and nowhere else. */
export function vendorPage(name: string): string | null {
  const page = new URL(`../../../shared/vendors/${name}.txt`, import.meta.url)
  return existsSync(page) ? readFileSync(page, 'utf8') : null
}

/** The commands that a page prints, each whole, whatever lines it goes over. */
export function printedCommands(page: string): readonly string[] {
  return [...page.matchAll(/^curl (?:.*\\\n)*.*/gm)].map(([command]) => command)
}

/** Runs a command as it is printed, but for words that stand for others. Answers what it prints. */
export async function runPrinted(command: string, words: Readonly<Record<string, string>>): Promise<string> {
  const real = Object.entries(words).reduce((text, [printed, meant]) => text.replaceAll(printed, meant), command)
  const { stdout } = await run('bash', ['-c', real])
  return stdout
}
