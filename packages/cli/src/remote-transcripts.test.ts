import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { serveMintmark, type ServedMintmark } from './testing/served-mintmark.ts'
import { runTranscript } from './testing/transcript.ts'

const transcripts = join(import.meta.dirname, '..', 'transcripts')
const start = process.cwd()
let directory: string
let served: ServedMintmark
let profiles: string
let env: Record<string, string>

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'mintmark-cli-'))
  cpSync(transcripts, directory, { recursive: true })
  // So that transcripts name files without a path.
  process.chdir(directory)
  profiles = join(directory, 'config', 'mintmark', 'profiles.json')
  served = await serveMintmark()
  env = { MINTMARK_SERVER: served.url, MINTMARK_API_KEY: served.operatorKey, MINTMARK_PROFILES: profiles }
})

afterEach(async () => {
  process.chdir(start)
  await served.close()
  rmSync(directory, { recursive: true })
})

/** A transcript's own words for what is this run's. */
const words = (): readonly (readonly [word: string, own: string])[] => [
  ['<operator>', served.operatorKey],
  ['<verifier>', served.verifyKey],
  ['<here>', served.url],
  ['<profiles>', profiles],
]

async function run(text: string, own = env): Promise<string> {
  const filled = words().reduce((rest, [word, value]) => rest.replaceAll(word, value), text)
  const told = await runTranscript(filled, own)
  return words().reduce((rest, [word, value]) => rest.replaceAll(value, word), told)
}

async function inProfile(): Promise<Record<string, string>> {
  const save = '$ mintmark profiles save acme --server <here> --organization acme --api-key-file - <<< <operator>'
  await run(save, { MINTMARK_PROFILES: profiles })
  return { MINTMARK_PROFILES: profiles }
}

const read = (name: string): string => readFileSync(join(transcripts, `${name}.txt`), 'utf8')

describe('the command line, with a server,', () => {
  test.each(['organizations', 'credentials'])('does as in %s.txt', async (name) => {
    expect(await run(read(name))).toBe(read(name))
  })

  test.each(['keys', 'verify', 'members', 'projects', 'webhooks'])('does as in %s.txt, in a profile', async (name) => {
    expect(await run(read(name), await inProfile())).toBe(read(name))
  })

  test('does as in profiles.txt, and keeps them where nobody else can read', async () => {
    expect(await run(read('profiles'), { MINTMARK_PROFILES: profiles })).toBe(read('profiles'))
    await inProfile()
    expect(statSync(profiles).mode & 0o777).toBe(0o600)
    expect(statSync(join(profiles, '..')).mode & 0o777).toBe(0o700)
  })

  test('counts usage', async () => {
    await run('$ mintmark keys create --name ci --organization acme --user ada\n$ mintmark verify <<< <key>\n')
    await expect
      .poll(() => run('$ mintmark usage --organization acme --from 1d --bucket day\n'), { timeout: 20_000 })
      .toBe(
        '$ mintmark usage --organization acme --from 1d --bucket day\n<time>  accepted 1\ntotal                     accepted 1\n',
      )
    const told = await run('$ mintmark usage --organization acme --json\n')
    expect(JSON.parse(told.slice(told.indexOf('{')))).toMatchObject({ totals: { accepted: 1, refused: {} } })
  })

  test('brings keys in, a hundred at a time, and says how far it came', async () => {
    const contract = { name: 'Example', keys: { legacy: [{ pattern: '^old_[a-z0-9]{40}$', hash: 'sha256-hex' }] } }
    await served.close()
    served = await serveMintmark(contract)
    env = { ...env, MINTMARK_SERVER: served.url, MINTMARK_API_KEY: served.operatorKey }
    const item = (index: number) => ({
      hash: index.toString(16).padStart(64, '0'),
      hashedAs: 'sha256-hex',
      prefix: 'old_',
      name: `old ${index}`,
      owner: 'organization',
      role: 'member',
    })
    const items = Array.from({ length: 150 }, (_, index) => item(index))
    writeFileSync('keys.json', JSON.stringify(items))
    writeFileSync('more.json', JSON.stringify([...items, { ...item(150), role: 'king' }]))
    const imported = await run('$ mintmark keys import keys.json --organization acme\n')
    expect(imported).toContain('\n! 150 imported, 0 here already\n')
    expect(imported.match(/^\d+ +imported +<id>$/gm)).toHaveLength(150)
    const more = await run('$ mintmark keys import more.json --organization acme\n')
    expect(more).toContain(
      '! Of keys 100 to 150 none is imported; those before are. keys[0] below is 100.\n! keys[50].role: ',
    )
    expect(more).toMatch(/\? 1\n$/)
    const again = await run('$ mintmark keys import keys.json --organization acme --json\n')
    expect(again).toContain('\n! 0 imported, 150 here already\n')
  })
})

describe('profiles', () => {
  test('that others could read are not used', async () => {
    const own = await inProfile()
    chmodSync(profiles, 0o640)
    expect(await run('$ mintmark me\n', own)).toBe(
      '$ mintmark me\n! <profiles> holds credentials, and others can read it. Say: chmod 600 <profiles>\n? 78\n',
    )
  })

  test.each(['', '{}', '{"current":"x","profiles":{}}', '{"current":null,"profiles":{"x":{"server":1}}}', '[]'])(
    'that were not written by mintmark are left alone: %s',
    async (text) => {
      const own = await inProfile()
      writeFileSync(profiles, text)
      const told = await run('$ mintmark profiles save other --api-key-file - <<< mmo_x\n', own)
      expect(told).toContain('! <profiles> is not what mintmark wrote. Mend it, or remove it.\n? 78\n')
      expect(readFileSync(profiles, 'utf8')).toBe(text)
    },
  )

  test('named by an option come before the environment, named by a variable after it', async () => {
    await inProfile()
    const own = { ...env, MINTMARK_API_KEY: 'mmo_stale', MINTMARK_PROFILES: profiles }
    expect(await run('$ mintmark me\n', own)).toContain('? 1\n')
    expect(await run('$ mintmark me\n', { ...own, MINTMARK_PROFILE: 'acme' })).toContain('? 1\n')
    expect(await run('$ mintmark me --profile acme\n', own)).toContain('installation\n')
    expect(await run('$ mintmark me\n', { MINTMARK_PROFILES: profiles, MINTMARK_PROFILE: 'none' })).toContain('? 2\n')
  })
})
