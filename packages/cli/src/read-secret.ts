import { exitUsage, Failed, type Host } from './host.ts'
import { readText } from './read-text.ts'

/** Bytes of a file that holds a credential. */
const maxBytes = 4_096

/** A credential out of a file, or, for `-`, of standard input: the process list shows neither. */
export async function readSecret(host: Host, file: string): Promise<string> {
  const text = file === '-' ? await readInput(host) : readText(file, exitUsage)
  const secret = text.trim()
  if (secret === '') throw new Failed(`${file === '-' ? 'Standard input' : file} is empty.`, exitUsage)
  return secret
}

/** All of standard input. Throws for more than any credential has. */
export async function readInput({ stdin }: Host): Promise<string> {
  let text = ''
  for await (const chunk of stdin) {
    text += String(chunk)
    if (text.length > maxBytes) throw new Failed('Standard input holds more than a credential.', exitUsage)
  }
  return text
}
