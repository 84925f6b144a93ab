import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const source = new URL('harden-process.ts', import.meta.url).href
const canary = 'postgres://canary-password@'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mintmark-harden-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

/** Runs a program in a process of its own, hardened or as Node starts it. Answers what it printed. */
function run(program: string, options: { readonly isHardened: boolean }): string {
  const hardened = options.isHardened ? `import { hardenProcess } from '${source}'; hardenProcess();` : ''
  const args = ['--inspect-port=0', '--input-type=module', '-e', `${hardened}\n${program}`]
  const env = { PATH: process.env['PATH'] ?? '', MINTMARK_DATABASE_URL: canary }
  const command = 'ulimit -c unlimited; exec "$0" "$@"'
  return spawnSync('bash', ['-c', command, process.execPath, ...args], { cwd: directory, env, encoding: 'utf8' }).stdout
}

describe.each([
  { process: 'as Node starts it', isHardened: false },
  { process: 'that serves', isHardened: true },
])('a process $process', ({ isHardened }) => {
  test(`${isHardened ? 'opens no' : 'opens an'} inspector on SIGUSR1`, () => {
    const program = `
      import { url } from 'node:inspector'
      process.kill(process.pid, 'SIGUSR1')
      const deadline = Date.now() + ${isHardened ? 500 : 10_000}
      const wait = setInterval(() => {
        if (url() === undefined && Date.now() < deadline) return
        console.log(url() === undefined ? 'closed' : 'open')
        process.exit()
      }, 10)`
    expect(run(program, { isHardened })).toBe(isHardened ? 'closed\n' : 'open\n')
  })

  test(`${isHardened ? 'lets no' : 'lets a'} field named __proto__ change what an object is`, () => {
    const program = `
      const copy = {}
      for (const [name, value] of Object.entries(JSON.parse('{"__proto__":{"isAdmin":true}}'))) copy[name] = value
      console.log(copy.isAdmin, Object.keys(copy).length)`
    expect(run(program, { isHardened })).toBe(isHardened ? 'undefined 1\n' : 'true 0\n')
  })

  test(`${isHardened ? 'keeps' : 'tells'} its environment in a diagnostic report`, () => {
    const report = run('console.log(JSON.stringify(process.report.getReport()))', { isHardened })
    expect(report.includes(canary)).toBe(!isHardened)
  })

  test.runIf(process.platform === 'linux')(`${isHardened ? 'leaves no' : 'leaves its'} memory in a core dump`, () => {
    // Where the kernel pipes dumps to a collector there is no file to look into; the mask counts there too.
    run(`globalThis.kept = Buffer.from('${canary}'); process.abort()`, { isHardened })
    const dumps = readdirSync(directory).filter((name) => name.startsWith('core'))
    if (isHardened || dumps.length > 0) {
      const hits = dumps.filter((name) => readFileSync(join(directory, name)).includes(canary))
      expect(hits).toHaveLength(isHardened ? 0 : 1)
    }
    const read = `import { readFileSync } from 'node:fs'; console.log(readFileSync('/proc/self/coredump_filter', 'utf8'))`
    expect(Number.parseInt(run(read, { isHardened }), 16) === 0).toBe(isHardened)
  })

  test(`${isHardened ? 'goes on' : 'ends'} when nobody reads what it prints`, () => {
    const program = `
      const timer = setInterval(() => process.stdout.write('x'.repeat(100_000)), 1)
      setTimeout(() => { process.exit(7) }, 300)`
    const hardened = isHardened ? `import { hardenProcess } from '${source}'; hardenProcess();` : ''
    const command = '"$0" --input-type=module -e "$1" > >(exec true); echo $?'
    const { stdout } = spawnSync('bash', ['-c', command, process.execPath, `${hardened}\n${program}`], {
      encoding: 'utf8',
    })
    expect(stdout).toBe(isHardened ? '7\n' : '1\n')
  })
})
