import { expect, test } from 'vitest'
import { parseWalk } from './walk.ts'

test('a walk is the commands of the sh blocks, each with what it prints', () => {
  const markdown =
    'Text\n```sh\nA=1\necho $A\n#=> 1\necho 2\n```\nmore\n```\nnot a step\n```\n```sh\necho 3\n#=> 3\n```\n'
  expect(parseWalk(markdown)).toEqual([
    { command: 'A=1\necho $A', expected: '1' },
    { command: 'echo 2', expected: null },
    { command: 'echo 3', expected: '3' },
  ])
})
