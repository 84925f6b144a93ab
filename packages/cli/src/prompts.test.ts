import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseContractText } from '@mintmark/core'
import { Mintmark } from '@mintmark/sdk'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { serveMintmark, type ServedMintmark } from './testing/served-mintmark.ts'
import { findTmux, Terminal } from './testing/terminal.ts'

let directory: string
let terminal: Terminal
let served: ServedMintmark
let acme: Mintmark

const isThere = findTmux() !== undefined
test.runIf(process.env['CI'] === 'true')('CI has tmux', () => expect(isThere).toBe(true))

describe.runIf(isThere)('at a terminal (with tmux)', () => {
  beforeAll(async () => {
    served = await serveMintmark()
    acme = new Mintmark({ server: served.url, key: served.operatorKey, organizationId: 'acme' })
  })
  afterAll(() => served.close())
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'mintmark-terminal-'))
    const { url, operatorKey } = served
    const profiles = join(directory, 'profiles.json')
    const env = { MINTMARK_SERVER: url, MINTMARK_API_KEY: operatorKey, MINTMARK_PROFILES: profiles, HOME: directory }
    terminal = new Terminal(env, directory)
  })
  afterEach(() => {
    terminal.close()
    rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
  })

  test('init asks five questions, and again where an answer will not do', async () => {
    terminal.run('mintmark init')
    await terminal.shows('What is your product called?')
    terminal.press('C-u')
    terminal.run('Acme Cloud')
    await terminal.shows(/What do its keys begin with\?[^]*\bac\b/)
    terminal.press('C-u')
    terminal.run('sk')
    await terminal.shows('marks keys of Stripe')
    terminal.press('C-u')
    terminal.run('acme')
    await terminal.shows('What can they read and write?')
    terminal.press('C-u')
    terminal.run('sites, files')
    await terminal.shows('How many requests may a key make in a minute?')
    terminal.press('C-u')
    terminal.run('120')
    await terminal.shows('What do errors look like?')
    terminal.press('Down')
    terminal.press('Enter')
    await terminal.shows('ended 0')
    expect(terminal.screen()).toContain('contract.json is written.')
    const { contract } = parseContractText(readFileSync(join(directory, 'contract.json'), 'utf8'))
    expect(contract).toMatchObject({
      name: 'Acme Cloud',
      keys: { prefixes: { live: 'acme_live_', test: 'acme_test_' } },
      permissions: ['sites:read', 'sites:write', 'files:read', 'files:write'],
      tiers: { standard: { limit: 120, windowSeconds: 60 } },
      errors: 'reason',
    })
  })

  test('init asks only what was not said, and writes nothing when it is left', async () => {
    terminal.run('mintmark init --name Example --prefix ex --resources sites --requests 10')
    await terminal.shows('What do errors look like?')
    terminal.press('C-c')
    await terminal.shows('Nothing was done.')
    await terminal.shows('ended 1')
    expect(existsSync(join(directory, 'contract.json'))).toBe(false)
  })

  test('what cannot be undone is asked about, and says when the key was last used', async () => {
    const { id } = await acme.keys.create({ name: 'ci', owner: 'organization', role: 'member' })
    terminal.run(`mintmark keys revoke ${id} --organization acme`)
    await terminal.shows(/Revoke ci \(key_.*for good\? It was never used\./)
    terminal.press('Enter')
    await terminal.shows('Nothing was done.')
    await terminal.shows('ended 1')
    expect((await acme.keys.get(id)).status).toBe('active')
    terminal.run(`clear; mintmark keys revoke ${id} --organization acme`)
    await terminal.shows('Revoke ci')
    terminal.press('y')
    await terminal.shows('ended 0')
    expect((await acme.keys.get(id)).status).toBe('revoked')
    terminal.run(`clear; mintmark keys delete ${id} --organization acme`)
    await terminal.shows('Erase ci')
    terminal.press('Escape')
    await terminal.shows('ended 1')
    expect((await acme.keys.get(id)).status).toBe('revoked')
    terminal.run(`clear; mintmark keys delete ${id} --organization acme --yes`)
    await terminal.shows('ended 0')
    await expect(acme.keys.get(id)).rejects.toMatchObject({ reason: 'not_found' })
  })

  test('what is not there is not asked about', async () => {
    terminal.run('mintmark keys revoke key_0000000000000000000000 --organization acme')
    await terminal.shows('There is nothing here')
    await terminal.shows('ended 1')
  })

  test('a database is replaced when somebody says so', async () => {
    terminal.run('export MINTMARK_DATA_DIR=data; mintmark backup saved.db')
    await terminal.shows('saved.db is written')
    terminal.run('clear; mintmark restore saved.db')
    await terminal.shows('Replace the database that is there by saved.db?')
    terminal.press('Enter')
    await terminal.shows('Nothing was done.')
    terminal.run('clear; mintmark restore saved.db')
    await terminal.shows('Replace the database')
    terminal.press('y')
    await terminal.shows('saved.db is restored.')
    await terminal.shows('ended 0')
  })

  test('a credential that is typed is not shown, and saved for its owner alone', async () => {
    terminal.run('unset MINTMARK_API_KEY; clear; mintmark profiles save acme --server $MINTMARK_SERVER')
    await terminal.shows('Credential (')
    terminal.type(served.operatorKey)
    await terminal.shows('▪▪▪▪')
    expect(terminal.screen()).not.toContain(served.operatorKey.slice(0, 8))
    terminal.press('Enter')
    await terminal.shows('acme is saved in')
    expect(readFileSync(join(directory, 'profiles.json'), 'utf8')).toContain(served.operatorKey)
    terminal.run('clear; mintmark me')
    await terminal.shows('installation')
    expect(terminal.screen()).not.toContain(served.operatorKey.slice(0, 8))
  })

  test('a key that is judged is typed, not said', async () => {
    const { key } = await acme.keys.create({ name: 'ci', owner: 'organization', role: 'member' })
    terminal.run('mintmark verify')
    await terminal.shows(/Key/)
    terminal.type(key)
    terminal.press('Enter')
    await terminal.shows(/valid +true/)
    expect(terminal.screen()).not.toContain(key)
  })

  test('lists have titles', async () => {
    terminal.run('mintmark organizations list')
    await terminal.shows(/ID +STATUS +TIER +LIMIT +CREATED +NAME\n *acme +active/)
    terminal.run('clear; mintmark organizations list | cat')
    await terminal.shows('ended 0')
    expect(terminal.screen()).not.toContain('STATUS')
  })
})
