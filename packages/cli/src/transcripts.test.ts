import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readConfig, serve } from '@mintmark/server'
import { runTranscript } from './testing/transcript.ts'

const transcripts = join(import.meta.dirname, '..', 'transcripts')
const read = (name: string): string => readFileSync(join(transcripts, `${name}.txt`), 'utf8')

describe('the command line', () => {
  const start = process.cwd()
  let directory: string
  let env: Record<string, string>

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'mintmark-cli-'))
    cpSync(transcripts, directory, { recursive: true })
    writeFileSync(join(directory, 'not-json.json'), '{ "name": "Example",\n}\n')
    // So that transcripts name files without a path.
    process.chdir(directory)
    env = { MINTMARK_DATA_DIR: 'data', MINTMARK_PORT: '0', MINTMARK_PROFILES: 'profiles.json' }
  })
  afterEach(() => {
    process.chdir(start)
    rmSync(directory, { recursive: true })
  })

  test.each(['help', 'usage', 'contract-check', 'operator-keys', 'backup', 'audit', 'pepper', 'init'])(
    'does as in %s.txt',
    async (name) => {
      expect(await runTranscript(read(name), env)).toBe(read(name))
    },
  )

  test('does as in configuration.txt with an environment that is wrong throughout', async () => {
    const wrong = {
      MINTMARK_PORT: '70000',
      MINTMARK_PUBLIC_URL: 'keys.example.com',
      MINTMARK_DATABASE_URL: 'mysql://mintmark:password@db',
      MINTMARK_REDIS_URL: 'http://:password@redis',
      MINTMARK_CONTRACT: 'bad-contract.json',
      MINTMARK_WHEN_LIMITER_UNAVAILABLE: 'admit',
      MINTMARK_TRUSTED_PROXIES: '10.0.0.0/8, proxy',
      MINTMARK_DATA_DIR: 'good-contract.json',
    }
    expect(await runTranscript(read('configuration'), wrong)).toBe(read('configuration'))
    expect(read('configuration')).not.toContain('password')
    const notDirectory = { MINTMARK_DATA_DIR: 'good-contract.json' }
    const said = await runTranscript('$ mintmark operator-keys list', notDirectory)
    expect(said).toMatch(/! MINTMARK_DATA_DIR: .* cannot be made or written\. Name one that can\.\n\? 78\n$/)
  })

  test('counts what is left during a change of pepper, as in pepper-change.txt', async () => {
    await runTranscript('$ mintmark operator-keys create --name backend\n$ mintmark pepper create newer', env)
    const changing = { ...env, MINTMARK_PEPPER_FILE: 'newer', MINTMARK_PREVIOUS_PEPPER_FILE: 'data/pepper' }
    expect(await runTranscript(read('pepper-change'), changing)).toBe(read('pepper-change'))
  })

  test('does the same on the data dir of a server that runs', async () => {
    const served = await serve(readConfig(env))
    try {
      expect(await runTranscript(read('operator-keys'), env)).toBe(read('operator-keys'))
    } finally {
      await served.drain()
    }
  })

  test('works from a data dir whose path is too long for a socket, where its working directory is near', async () => {
    const long = join(directory, 'a-name-of-twenty-eight-chars'.repeat(5))
    mkdirSync(long)
    const list = '$ mintmark operator-keys list\n'
    const absolute = { ...env, MINTMARK_DATA_DIR: join(long, 'data') }
    expect(await runTranscript(list, absolute)).toMatch(/! MINTMARK_DATA_DIR: .*too long for a socket.*\n\? 78\n$/)
    process.chdir(long)
    expect(await runTranscript(list, absolute)).toBe(list)
  })
})
