import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export type LoadRequest = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

/** Requests that a load generator sends in turn, over and over. */
export type Load = {
  /** @returns how many requests were answered. Throws when any was not answered by 200. */
  send(port: number, seconds: number): Promise<number>
  close(): void
}

export const connections = 64

/** wrk, a process of its own with one thread, where it is installed; else autocannon, which costs more than it measures. */
export function createLoad(requests: readonly LoadRequest[]): Load {
  const directory = mkdtempSync(join(tmpdir(), 'mintmark-bench-'))
  const hasWrk = spawnSync('wrk', ['--version']).error === undefined
  const file = join(directory, hasWrk ? 'load.lua' : 'load.json')
  writeFileSync(file, hasWrk ? luaScript(requests) : JSON.stringify(requests.map(withoutNull)))
  return {
    async send(port, seconds) {
      const { stdout } = await run(
        ...(hasWrk ? wrkCommand(port, seconds, file) : autocannonCommand(port, seconds, file)),
      )
      const answered = /(\d+) requests in/.exec(stdout)?.[1]
      if (answered === undefined || /Non-2xx|Socket errors/.test(stdout)) throw new Error(`The load failed: ${stdout}`)
      return Number(answered)
    },
    close: () => rmSync(directory, { recursive: true }),
  }
}

type Command = [program: string, parameters: string[]]

function wrkCommand(port: number, seconds: number, file: string): Command {
  const options = ['--threads', '1', '--connections', `${connections}`, '--duration', `${seconds}s`, '--script', file]
  return ['wrk', [...options, `http://127.0.0.1:${port}`]]
}

function autocannonCommand(port: number, seconds: number, file: string): Command {
  const program = join(import.meta.dirname, 'load-autocannon.js')
  return [process.execPath, [program, `${port}`, `${seconds}`, `${connections}`, file]]
}

function withoutNull({ body, ...request }: LoadRequest): object {
  return body === null ? request : { ...request, body }
}

function luaScript(requests: readonly LoadRequest[]): string {
  const formats = requests.map(({ method, path, headers, body }) => {
    const fields = Object.entries(headers).map(([name, value]) => `[${lua(name)}]=${lua(value)}`)
    return `wrk.format(${lua(method)},${lua(path)},{${fields.join(',')}},${body === null ? 'nil' : lua(body)})`
  })
  return [
    'local texts = {}',
    'function init()',
    ...formats.map((format) => `  texts[#texts + 1] = ${format}`),
    'end',
    'local at = 0',
    'function request()',
    '  at = at % #texts + 1',
    '  return texts[at]',
    'end',
  ].join('\n')
}

/** Any JSON string of printable ASCII is a Lua string. */
function lua(text: string): string {
  return JSON.stringify(text)
}
