import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findTmux, Terminal } from './testing/terminal.ts'

const main = fileURLToPath(new URL('main.ts', import.meta.url))

function mintmark(...args: readonly string[]): string {
  return execFileSync(process.execPath, ['--conditions=mintmark-source', main, ...args], { encoding: 'utf8' })
}

/** The words that are offered, without what they mean. */
function offered(...words: readonly string[]): readonly string[] {
  return mintmark('complete', '--', ...words)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(':'))
    .map((line) => line.split('\t')[0] ?? '')
}

test('commands are offered, their own commands, options, and what an option may be', () => {
  expect(offered('')).toEqual(expect.arrayContaining(['keys', 'verify', 'serve', 'init', 'completion']))
  expect(offered('ke')).toEqual(['keys'])
  expect(offered('keys', 'r')).toEqual(['rotate', 'revoke'])
  expect(offered('keys', 'list', '--st')).toEqual(['--status'])
  expect(offered('keys', 'list', '--status', '')).toEqual(['active', 'revoked', 'expired', 'all'])
  expect(offered('webhooks', 'rotate-secret', '--ov')).toEqual(['--overlap'])
})

test('only shells that are known get a script', () => {
  const refused = spawnSync(process.execPath, ['--conditions=mintmark-source', main, 'completion', 'tcsh'], {
    encoding: 'utf8',
  })
  expect(refused.status).toBe(2)
  expect(refused.stderr).toContain('Allowed choices are')
})

describe('the script', () => {
  let directory: string

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'mintmark-completion-'))
    // What the scripts call: mintmark, wherever it is installed.
    const command = `#!/bin/sh\nexec '${process.execPath}' --conditions=mintmark-source '${main}' "$@"\n`
    writeFileSync(join(directory, 'mintmark'), command, { mode: 0o755 })
  })
  afterAll(() => rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }))

  const shells = [
    ['bash', 'bash --norc --noprofile', 'source <(mintmark completion bash)'],
    ['zsh', 'zsh -f', 'autoload -U compinit; compinit -u; source <(mintmark completion zsh)'],
    ['fish', 'fish --no-config', 'mintmark completion fish | source'],
  ] as const

  test.for(shells)('makes %s complete what is begun', async ([shell, start, setUp], { skip }) => {
    const isThere = findTmux() !== undefined && spawnSync(shell, ['--version']).status === 0
    if (!isThere && process.env['CI'] !== 'true') skip(`${shell} or tmux is missing`)
    const env = { PATH: `${directory}:${process.env['PATH'] ?? ''}`, HOME: directory }
    const terminal = new Terminal(env, directory)
    try {
      terminal.run(`unset -f mintmark; ${start}`)
      terminal.run(`${setUp}; echo 'set'' up'`)
      await terminal.shows('set up')
      terminal.type('mintmark webhooks rotate')
      terminal.press('Tab')
      await terminal.shows('mintmark webhooks rotate-secret')
      terminal.type('--ov')
      terminal.press('Tab')
      await terminal.shows('mintmark webhooks rotate-secret --overlap')
    } finally {
      terminal.close()
    }
  })
})
