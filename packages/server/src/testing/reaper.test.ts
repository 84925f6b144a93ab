import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { alive } from './process-tree.ts'

const sleeper = `
  import { serverProcess } from '${new URL('server-process.ts', import.meta.url).href}'
  import { makeServerDirectory } from '${new URL('server-directory.ts', import.meta.url).href}'
  const directory = makeServerDirectory('sleeper')
  const shell = 'sleep 600 & sleep 600'
  const server = serverProcess({ program: '/bin/sh', args: ['-c', shell], workingDirectory: directory,
    logFile: directory + '/log', isReady: async () => true })
  await server.start()
  await new Promise((resolve) => setTimeout(resolve, 100))
  const { processTree } = await import('${new URL('process-tree.ts', import.meta.url).href}')
  console.log(JSON.stringify({ directory, pids: processTree(server.pid) }))
  setInterval(() => {}, 1000)
`

test('a test process that is killed leaves neither servers nor files', async () => {
  const owner = spawn(process.execPath, ['--input-type=module', '-e', sleeper], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(createInterface({ input: owner.stdout }), 'line')
  const { directory, pids }: { directory: string; pids: number[] } = JSON.parse(String(line))
  expect(pids).toHaveLength(3)
  expect(alive(pids)).toEqual(pids)

  owner.kill('SIGKILL')

  await expect.poll(() => alive(pids), { timeout: 5000 }).toEqual([])
  await expect.poll(() => existsSync(directory), { timeout: 5000 }).toBe(false)
})
