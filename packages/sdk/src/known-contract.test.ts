import { builtInContract, createKeyFormat, type Contract } from '@mintmark/core'
import { expect, test } from 'vitest'
import { KnownContract } from './known-contract.ts'

const renamed: Contract = {
  ...builtInContract,
  keys: { ...builtInContract.keys, prefixes: { live: 'new_', test: null } },
}
const random = (byteCount: number): Uint8Array => new Uint8Array(byteCount).fill(7)
const ours = createKeyFormat(builtInContract.keys).mint('live', random)
const theirs = createKeyFormat(renamed.keys).mint('live', random)

/** A contract that is read from a script; its clock stands still until the test moves it. */
function known(...script: readonly (Contract | Error)[]) {
  const time = { nowMs: 1_000_000 }
  let reads = 0
  const contract = new KnownContract({
    given: null,
    nowMs: () => time.nowMs,
    async read() {
      const next = script[Math.min(reads, script.length - 1)]
      reads += 1
      if (next === undefined || next instanceof Error) throw next
      return next
    },
  })
  return { contract, time, reads: () => reads }
}

test('is read once, by however many ask', async () => {
  const { contract, reads } = known(builtInContract)
  expect(await Promise.all([contract.get(), contract.get()])).toEqual([builtInContract, builtInContract])
  expect(await contract.get()).toBe(builtInContract)
  expect(reads()).toBe(1)
})

test('what could not be read is read again by who asks next', async () => {
  const { contract } = known(new Error('not now'), builtInContract)
  await expect(contract.get()).rejects.toThrow('not now')
  expect(await contract.get()).toBe(builtInContract)
})

test('refuses nothing as long as it is unknown, and waits for nobody', async () => {
  const { contract, reads } = known(builtInContract)
  expect(contract.refusing('nonsense')).toBeNull()
  await contract.get()
  expect(contract.refusing('nonsense')).toBe(builtInContract)
  expect(contract.refusing(ours)).toBeNull()
  expect(reads()).toBe(1)
})

test('where it may not be read it is not asked for with every key', async () => {
  const { contract, time, reads } = known(new Error('forbidden'))
  for (let key = 0; key < 5; key++) {
    expect(contract.refusing('nonsense')).toBeNull()
    await Promise.resolve()
    await Promise.resolve()
  }
  expect(reads()).toBe(1)
  time.nowMs += 60_000
  expect(contract.refusing('nonsense')).toBeNull()
  expect(reads()).toBe(2)
})

test('an old one refuses nothing: Mintmark may have been started with another', async () => {
  const { contract, time, reads } = known(builtInContract, renamed)
  await contract.get()
  expect(contract.refusing(theirs)).toBe(builtInContract)
  time.nowMs += 60_000
  expect(contract.refusing(theirs)).toBeNull()
  await expect.poll(reads).toBe(2)
  await contract.get()
  expect(contract.refusing(theirs)).toBeNull()
  await expect.poll(() => contract.refusing(ours)).toBe(renamed)
  expect(reads()).toBe(2)
})

test('one that was given is never read', async () => {
  const contract = new KnownContract({
    given: builtInContract,
    nowMs: () => 9e15,
    read: () => Promise.reject(new Error()),
  })
  expect(await contract.get()).toBe(builtInContract)
  expect(contract.refusing(theirs)).toBe(builtInContract)
})
