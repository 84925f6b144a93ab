import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const main = fileURLToPath(new URL('main.ts', import.meta.url))

test('who has seen enough may stop reading', async () => {
  const child = spawn(process.execPath, ['--conditions=mintmark-source', main, '--help'])
  child.stdout.destroy()
  let words = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (words += text))
  const [code] = await once(child, 'close')
  expect([code, words]).toEqual([0, ''])
})
