import { Readable } from 'node:stream'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { describe, expect, test } from 'vitest'
import { createProgram, runCli } from './cli.ts'
import type { Host } from './host.ts'

function hostOf(print: (text: string) => void): Host {
  const output = { write: print }
  return { env: {}, stdin: Readable.from([]), stdout: output, stderr: output }
}

function pathsOf(command: CommandUnknownOpts, path: readonly string[]): readonly (readonly string[])[] {
  return [path, ...command.commands.flatMap((below) => pathsOf(below, [...path, below.name()]))]
}

const paths = [...pathsOf(createProgram(hostOf(() => undefined)), []), ['completion']]

describe('help', () => {
  test('is there for every command that API.md names', () => {
    const known = new Set(paths.map((path) => path.join(' ')))
    const named = [
      ...['create', 'list', 'revoke'].map((verb) => `operator-keys ${verb}`),
      ...['create', 'list', 'show', 'rotate', 'revoke', 'delete', 'import'].map((verb) => `keys ${verb}`),
      ...['list', 'check', 'head'].map((verb) => `audit ${verb}`),
      'contract check',
      'serve',
      'me',
      'verify',
      'organizations',
      'members',
      'projects',
      'webhooks',
      'usage',
      'init',
      'backup',
      'restore',
      'completion',
    ]
    expect(named.filter((path) => !known.has(path))).toEqual([])
  })

  test.each(paths.map((path) => [path.join(' ')]))(
    'of "mintmark %s" begins with examples, which are real',
    async (path) => {
      let text = ''
      const args = path.split(' ').filter((word) => word !== '')
      expect(
        await runCli(
          [...args, '--help'],
          hostOf((more) => (text += more)),
        ),
      ).toBe(0)
      const [examples = '', usage = ''] = text.split('\n\nUsage: ')
      expect(examples).toMatch(/^Examples?:\n {2}/)
      expect(usage).toMatch(new RegExp(`^mintmark ${path}`.trim()))
      for (const [, words = ''] of examples.matchAll(/mintmark ([a-z-]+(?: [a-z-]+)?)/g)) {
        expect(paths.map((known) => known.join(' '))).toContain(known(words))
      }
    },
  )
})

/** The command in `keys list`, or in `me` of `me …`. */
function known(words: string): string {
  const [first = ''] = words.split(' ')
  return paths.some((path) => path.join(' ') === words) ? words : first
}
