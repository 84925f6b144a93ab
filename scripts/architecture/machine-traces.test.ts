import { expect, test } from 'vitest'
import { machineTraces } from './machine-traces.ts'

test('finds the places and hosts that only the writer’s machine knows', () => {
  const place = ['', 'work', 'main', 'packages'].join('/')
  const host = ['registry', 'npmjs', 'org'].join('.')
  expect(machineTraces('a.md', `cd ${place}`)).toHaveLength(1)
  expect(machineTraces('a.json', `"resolved": "https://${host}/x.tgz"`)).toEqual([`a.json: names ${host}`])
  expect(machineTraces('a.json', 'http://packages.internal:4873/x', ['packages.internal:4873'])).toHaveLength(1)
  expect(machineTraces('a.md', 'workers do their work; npm ci')).toEqual([])
})
