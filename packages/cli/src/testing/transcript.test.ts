import { expect, test } from 'vitest'
import { runTranscript } from './transcript.ts'

test('tells data from words, and how it ended', async () => {
  expect(await runTranscript('$ mintmark contract check /none\n', {})).toBe(
    '$ mintmark contract check /none\n! /none cannot be read.\n? 1\n',
  )
  expect(await runTranscript('$ mintmark contract --help', {})).toMatch(
    /^\$ mintmark contract --help\nExample:\n {2}mintmark /,
  )
})

test('does not take what was written for what was printed', async () => {
  const text = '$ mintmark contract check /none\nThis is fine.\n'
  expect(await runTranscript(text, {})).not.toContain('This is fine.')
})

test('runs nothing but mintmark', async () => {
  await expect(runTranscript('$ rm -r /none\n', {})).rejects.toThrow('not rm')
})

test('says again what was printed, sets variables, and gives standard input', async () => {
  const env = { MINTMARK_PROFILES: '/none/profiles.json', MINTMARK_SERVER: 'http://127.0.0.1:1' }
  const text = [
    '$ mintmark verify --key-file sec_0000000000000000000000',
    "$ mintmark verify --key-file '<secret-id> and so on'",
    '$ export MINTMARK_API_KEY=x y',
    '$ mintmark me',
    '$ mintmark me --api-key-file - <<< two words',
  ]
  expect(await runTranscript(text.join('\n'), env)).toBe(
    [
      '$ mintmark verify --key-file sec_0000000000000000000000',
      '! <secret-id> cannot be read.',
      '? 2',
      '',
      "$ mintmark verify --key-file '<secret-id> and so on'",
      '! <secret-id> and so on cannot be read.',
      '? 2',
      '',
      '$ export MINTMARK_API_KEY=x y',
      '',
      '$ mintmark me',
      '! key is missing, or is no key: give an operator key, an API key or a session token.',
      '? 2',
      '',
      '$ mintmark me --api-key-file - <<< two words',
      '! key is missing, or is no key: give an operator key, an API key or a session token.',
      '? 2',
      '',
    ].join('\n'),
  )
})
