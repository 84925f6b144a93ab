import { readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { openBetterAuth, unkeyKeys } from '../packages/server/src/testing/foreign-keys.ts'
import { expectCall } from './testing/client.ts'
import { codeBlocks, type CodeBlock } from './testing/code-blocks.ts'
import { contractEnv } from './testing/contract-file.ts'
import { startEmbedded, type Installation } from './testing/installation.ts'
import { walkPage, walkTimeoutMs } from './testing/page-walk.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What the reader of a page has in his old system. */
type OldSystem = { readonly database: DatabaseSync; readonly keys: readonly string[] }

const pages: Readonly<Record<string, { readonly exported: string; readonly open: () => Promise<OldSystem> }>> = {
  'moving-from-unkey.md': { exported: 'unkey-keys.json', open: openUnkey },
  'moving-from-better-auth.md': { exported: 'better-auth-keys.json', open: openAuth },
}

/** Its tables as far as the page reads them, with keys that Unkey minted and hashed, one of them off, one deleted. */
async function openUnkey(): Promise<OldSystem> {
  const database = new DatabaseSync(':memory:')
  database.exec(`create table identities (id text, external_id text);
    create table keys (id text, hash text, start text, name text, enabled integer, expires text, identity_id text,
      deleted_at_m integer);
    insert into identities values ('id_1', 'acme'), ('id_2', 'beta')`)
  const insert = database.prepare('insert into keys values (?, ?, ?, ?, ?, null, ?, ?)')
  for (const [index, { item }] of unkeyKeys.entries()) {
    insert.run(
      `key_${index}`,
      item.hash,
      item.prefix,
      index === 0 ? null : `key ${index}`,
      1,
      `id_${1 + (index % 2)}`,
      null,
    )
  }
  insert.run('key_off', 'off', '3ZFe', 'off', 0, 'id_1', null)
  insert.run('key_gone', 'gone', '3ZFe', 'gone', 1, 'id_1', 1)
  return { database, keys: unkeyKeys.map(({ key }) => key) }
}

async function openAuth(): Promise<OldSystem> {
  const { database, mint } = await openBetterAuth()
  const keys = [await mint('one'), await mint('two'), await mint('three')].map(({ key }) => key)
  const off = await mint('off')
  database.prepare('update apikey set enabled = 0 where key = ?').run(off.item.hash)
  return { database, keys }
}

function blockOf(blocks: readonly CodeBlock[], name: string): string {
  const block = blocks.find((one) => one.name === name)
  if (block === undefined) throw new Error(`The page has no ${name}`)
  return block.text
}

/** Does what the page says, with what its query gives of the old system. */
async function walk(page: string, { database, keys }: OldSystem, installation: Installation) {
  const markdown = readFileSync(join(root, 'docs', page), 'utf8')
  const rows = database.prepare(blockOf(codeBlocks(markdown), 'export.sql')).all()
  database.close()
  return walkPage(markdown, {
    words: { 'http://127.0.0.1:6468': installation.url },
    env: { KEY: keys[0] ?? '', ...installation.nodes[0]?.env },
    files: { [pages[page]?.exported ?? '']: JSON.stringify(rows) },
  })
}

describe.each(Object.keys(pages))('docs/%s', (page) => {
  const markdown = readFileSync(join(root, 'docs', page), 'utf8')

  test('has nothing but blocks that are run', () => {
    const languages = codeBlocks(markdown).map(({ language, name }) => [language, name])
    expect(languages.filter(([language]) => language !== 'sh')).toEqual([
      ['json', 'contract.json'],
      ['sql', 'export.sql'],
      ['js', 'import.mjs'],
    ])
    expect(markdown.match(/^```/gm)).toHaveLength(2 * languages.length)
  })

  test(
    'can be walked, with keys that the old system minted',
    async () => {
      const system = await pages[page]?.open()
      if (system === undefined) throw new Error('no old system')
      const contract = JSON.parse(blockOf(codeBlocks(markdown), 'contract.json'))
      const installation = await startEmbedded({ env: contractEnv(contract) })
      try {
        const steps = await walk(page, system, installation)
        expect(steps.filter(({ expected }) => expected !== null).length).toBeGreaterThan(4)
        for (const { command, expected, printed } of steps) {
          if (expected !== null) expect(printed, command).toContain(expected)
        }
        const { url, operatorKey } = installation
        for (const key of system.keys) {
          const verdict = await expectCall(200, url, 'POST', '/v1/verify', { key: operatorKey, body: { key } })
          expect(verdict).toMatchObject({ valid: true, key: { role: 'admin' } })
        }
      } finally {
        await installation.remove()
      }
    },
    walkTimeoutMs,
  )
})
