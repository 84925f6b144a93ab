import { expect, test } from 'vitest'
import { readReturnTo, signInPath } from './return-to.ts'

const origin = 'https://keys.example.com'
const read = (returnTo: string) => readReturnTo(`?${new URLSearchParams({ returnTo }).toString()}`, origin)

test.each(['/settings/developer/api-keys?status=active', '/settings/usage?range=7d', '/'])(
  'leads back to %s',
  (path) => {
    expect(readReturnTo(new URL(signInPath(path), origin).search, origin)).toBe(path)
  },
)

test.each([
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  'https://evil.example/',
  'https://keys.example.com.evil.example/',
  'javascript:alert(1)',
  'evil.example',
  '\\\\evil.example',
  '/%2f/../..//evil.example',
  '/auth/oidc/idp',
  '/v1/me',
  '',
])('leads nowhere by %j', (returnTo) => {
  expect(read(returnTo)).toBe('/')
})

test('leads nowhere without a word', () => {
  expect(readReturnTo('', origin)).toBe('/')
})
