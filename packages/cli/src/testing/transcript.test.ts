import { expect, test } from 'vitest'
import { runTranscript } from './transcript.ts'

test('tells data from words, and how it ended', async () => {
  expect(await runTranscript('$ mintmark contract check /none\n', {})).toBe(
    '$ mintmark contract check /none\n! /none cannot be read.\n? 1\n',
  )
  expect(await runTranscript('$ mintmark contract --help', {})).toMatch(/^\$ mintmark contract --help\nUsage: /)
})

test('does not take what was written for what was printed', async () => {
  const text = '$ mintmark contract check /none\nThis is fine.\n'
  expect(await runTranscript(text, {})).not.toContain('This is fine.')
})

test('runs nothing but mintmark', async () => {
  await expect(runTranscript('$ rm -r /none\n', {})).rejects.toThrow('not rm')
})
