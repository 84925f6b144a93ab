import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runningExample, type ExampleName } from '../examples/conformance/index.ts'
import { walkPage, walkTimeoutMs } from './testing/page-walk.ts'

const examples = join(import.meta.dirname, '..', 'examples')
const isExample = (name: string): name is ExampleName => existsSync(join(examples, name, 'README.md'))
const names = readdirSync(examples).filter(isExample)
const portOf = (name: string): string =>
  /port: (\d+)/.exec(readFileSync(join(examples, name, 'main.ts'), 'utf8'))?.[1] ?? ''

describe.each(names)('the README of %s', (name) => {
  const example = runningExample(name)
  const readme = readFileSync(join(examples, name, 'README.md'), 'utf8')

  test('can be walked while the example runs', { timeout: walkTimeoutMs }, async () => {
    const words = { [`http://127.0.0.1:${portOf(name)}`]: example().url }
    const steps = await walkPage(readme, { words, files: { 'line.json': `${example().line}\n` } })
    const expecting = steps.filter(({ expected }) => expected !== null)
    expect(expecting.length).toBeGreaterThan(3)
    for (const { command, expected, printed } of expecting) expect(printed, command).toContain(expected)
  })

  test('is a page, and says how to start it', () => {
    expect(readme).toContain(`npm run --silent example -- ${name}`)
    expect(readme.split('\n').length).toBeLessThan(120)
  })
})
