import { expect, test } from 'vitest'
import { isSound } from './framing.ts'

const host = ['Host', 'keys.example.com']

test.each<[string, string, readonly string[], boolean]>([
  ['1.1 with its Host', '1.1', host, true],
  ['1.0 with a Host', '1.0', host, true],
  ['1.0 without one', '1.0', [], true],
  ['1.1 without one', '1.1', ['Accept', '*/*'], false],
  ['two Hosts, in whatever case', '1.1', [...host, 'HOST', 'keys.example.com'], false],
  ['another version', '2.0', host, false],
  ['a version that is none', '1.2', host, false],
  ['chunks', '1.1', [...host, 'Transfer-Encoding', 'Chunked'], true],
  ['chunks in 1.0', '1.0', [...host, 'Transfer-Encoding', 'chunked'], false],
  ['a coding that nobody knows', '1.1', [...host, 'transfer-encoding', 'xchunked'], false],
  ['several codings', '1.1', [...host, 'Transfer-Encoding', 'gzip, chunked'], false],
])('%s', (_, httpVersion, rawHeaders, sound) => {
  expect(isSound({ httpVersion, rawHeaders: [...rawHeaders] })).toBe(sound)
})
