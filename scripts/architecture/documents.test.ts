import { expect, test } from 'vitest'
import { missingFiles } from './documents.ts'

const paths = ['packages/core/src/access.ts', 'packages/server/src/http/route.ts', 'e2e/kill.test.ts']

test.each(['core/access.ts', 'access.ts', 'packages/core/src/access.ts', 'http/route.ts', 'e2e/kill.test.ts'])(
  'knows %s',
  (name) => {
    expect(missingFiles('A.md', `See \`${name}\`.`, paths)).toEqual([])
  },
)

test.each(['core/acces.ts', 'ccess.ts', 'e2e/kills.test.ts', 'core/http/route.ts'])(
  'finds that %s is missing',
  (name) => {
    expect(missingFiles('A.md', `\`${name}\` and \`${name}\``, paths)).toEqual([
      `A.md: names ${name}, which is not there`,
    ])
  },
)

test('leaves alone what names no source', () => {
  expect(missingFiles('A.md', '`npm start`, `/openapi.json`, core/gone.ts, `import "x.ts"`', paths)).toEqual([])
})
