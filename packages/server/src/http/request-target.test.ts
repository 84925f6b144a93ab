import { expect, test } from 'vitest'
import { decodable, originForm } from './request-target.ts'

test.each([
  ['/v1/me', '/v1/me'],
  ['http://127.0.0.1:6468/v1/me?x=1', '/v1/me?x=1'],
  ['HTTPS://keys.example.com/v1/me', '/v1/me'],
  ['http://keys.example.com', '/'],
  ['http://keys.example.com?x=1', '/?x=1'],
  ['//keys.example.com/v1/me', '//keys.example.com/v1/me'],
  ['*', '/*'],
  ['ftp://keys.example.com/v1/me', '/ftp://keys.example.com/v1/me'],
])('the target %s is the path %s', (target, path) => {
  expect(originForm(target)).toBe(path)
})

test.each([
  ['/v1/api-keys/caf%C3%A9', '/v1/api-keys/caf%C3%A9'],
  ['/v1/api-keys/%ff', '/v1/api-keys/%25ff'],
  ['/v1/api-keys/100%', '/v1/api-keys/100%25'],
  ['/v1/api-keys/%ed%a0%80?q=%ff', '/v1/api-keys/%25ed%25a0%2580?q=%ff'],
  ['/v1/api-keys?q=%ff', '/v1/api-keys?q=%ff'],
])('the path %s is routed as %s', (url, routed) => {
  expect(decodable(url)).toBe(routed)
})
