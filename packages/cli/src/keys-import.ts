import type { Command } from '@commander-js/extra-typings'
import type { ImportedApiKey, Mintmark } from '@mintmark/sdk'
import { withConnection, withMintmark } from './connection.ts'
import { addExamples } from './examples.ts'
import { exitUsage, Failed, type Host } from './host.ts'
import { printList } from './print.ts'
import { parseJson, readText } from './read-text.ts'

/** Keys that one request takes. */
const keysAtOnce = 100

export function addImportCommand(keys: Command, host: Host): void {
  const command = withConnection(
    keys.command('import').description('Take over keys that another system minted, by what it stored of them'),
  )
    .argument('<file>', 'a JSON array of keys, as POST /v1/api-keys/import takes them; - is standard input')
    .action(async (file, options) => {
      const items = readItems(file)
      await withMintmark(host, options, async (mintmark) => {
        const results = await importAll(host, mintmark, items)
        const numbered = results.map((result, index) => ({ index, ...result }))
        printList(host, options, numbered, [
          ['index', ({ index }) => index],
          ['outcome', ({ outcome }) => outcome],
          ['id', ({ id }) => id],
        ])
        const imported = results.filter(({ outcome }) => outcome === 'imported').length
        host.stderr.write(`${imported} imported, ${results.length - imported} here already\n`)
      })
    })
  addExamples(command, 'mintmark keys import keys.json --organization acme')
  command.addHelpText(
    'after',
    '\nA hundred keys go at a time: all that are not there yet, or, where anything is wrong with any of them, none.\n' +
      'What is there already stays as it is, so that the same file can be imported again.\n' +
      'A key that was deleted is not there any more, and comes back: while you go on importing, revoke instead.',
  )
}

type Item = Parameters<Mintmark['keys']['import']>[0][number]

async function importAll(host: Host, mintmark: Mintmark, items: readonly Item[]): Promise<readonly ImportedApiKey[]> {
  const results: ImportedApiKey[] = []
  for (let start = 0; start < items.length; start += keysAtOnce) {
    const keys = items.slice(start, start + keysAtOnce)
    try {
      results.push(...(await mintmark.keys.import(keys)))
    } catch (error) {
      const last = start + keys.length - 1
      host.stderr.write(`Of keys ${start} to ${last} none is imported; those before are. keys[0] below is ${start}.\n`)
      throw error
    }
  }
  return results
}

function readItems(file: string): readonly Item[] {
  const value = parseJson(readText(file === '-' ? 0 : file, exitUsage))
  if (!Array.isArray(value) || value.length === 0) throw new Failed(`${file} holds no JSON array of keys.`, exitUsage)
  // The server says of each item what is wrong with it, and where.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return value as readonly Item[]
}
