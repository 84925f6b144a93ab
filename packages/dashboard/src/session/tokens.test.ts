import { expect, test } from 'vitest'
import { Tokens } from './tokens.ts'

/** Tokens `1`, `2`, … of fifteen minutes each, at a clock that the test moves. */
function counting() {
  const clock = { nowMs: 1_000_000 }
  let count = 0
  const fetchToken = async () => ({ token: `${(count += 1)}`, expiresAtMs: clock.nowMs + 900_000 })
  return { clock, tokens: new Tokens(fetchToken, () => clock.nowMs) }
}

test('a token is fetched when it is first needed, and kept until a minute before its end', async () => {
  const { clock, tokens } = counting()
  expect(await tokens.current()).toBe('1')
  clock.nowMs += 839_999
  expect(await tokens.current()).toBe('1')
  clock.nowMs += 1
  expect(await tokens.current()).toBe('2')
})

test('who waits for the same renewal shares it', async () => {
  const { tokens } = counting()
  expect(await Promise.all([tokens.current(), tokens.renew(), tokens.current()])).toEqual(['1', '1', '1'])
  expect(await tokens.renew()).toBe('2')
})

test('a renewal that fails is told to whoever waits, and tried again by who comes after', async () => {
  const fates = [Promise.reject(new Error('no')), Promise.resolve({ token: 'yes', expiresAtMs: 1e12 })]
  const tokens = new Tokens(
    () => fates.shift() ?? Promise.reject(new Error('no more')),
    () => 0,
  )
  await expect(tokens.current()).rejects.toThrow('no')
  expect(await tokens.current()).toBe('yes')
})
