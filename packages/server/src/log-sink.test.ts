import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLogSink } from './log-sink.ts'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mintmark-log-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

test('appends each line to the file that standard error is', () => {
  const file = join(directory, 'log')
  const descriptor = openSync(file, 'a')
  const sink = createLogSink(descriptor)
  sink.write('{"one":1}\n')
  sink.write('{"two":2}\n')
  closeSync(descriptor)
  expect(readFileSync(file, 'utf8')).toBe('{"one":1}\n{"two":2}\n')
})

test('goes on without lines that the disk does not take, and says later how many', () => {
  const file = join(directory, 'log')
  const sink = new URL('log-sink.ts', import.meta.url).href
  // The limit on a file's size stands for a full disk: the kernel takes a part of a line, then refuses.
  const program = `
    import { truncateSync } from 'node:fs'
    import { createLogSink } from '${sink}'
    process.on('SIGXFSZ', () => {})
    const sink = createLogSink(2)
    for (let line = 0; line < 40; line += 1) sink.write(JSON.stringify({ line, text: 'x'.repeat(40) }) + '\\n')
    truncateSync('${file}', 100)
    sink.write(JSON.stringify({ line: 'after' }) + '\\n')`
  const command = `ulimit -f 1; exec "$0" --conditions=mintmark-source --input-type=module -e "$1" 2>> ${file}`
  // What Node keeps of compiled sources is larger than a file may be here.
  const env = { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1' }
  const { status } = spawnSync('bash', ['-c', command, process.execPath, program], { env })
  expect(status).toBe(0)
  const lines = readFileSync(file, 'utf8').slice(100).split('\n')
  const [torn, lost, after] = lines
  expect(torn).toBe('')
  expect(JSON.parse(lost ?? '')).toMatchObject({ msg: 'log lines lost', lost: 24 })
  expect(JSON.parse(after ?? '')).toEqual({ line: 'after' })
})

test('goes on when the reader of the pipe is gone', () => {
  const sink = new URL('log-sink.ts', import.meta.url).href
  const program = `
    import { createLogSink } from '${sink}'
    const sink = createLogSink(2)
    let line = 0
    const timer = setInterval(() => {
      sink.write('line\\n'.repeat(100))
      if ((line += 1) < 20) return
      clearInterval(timer)
      console.log('alive')
    }, 5)`
  const command = `"$0" --conditions=mintmark-source --input-type=module -e "$1" 2> >(exec true)`
  const { stdout } = spawnSync('bash', ['-c', command, process.execPath, program], { encoding: 'utf8' })
  expect(stdout).toBe('alive\n')
})
