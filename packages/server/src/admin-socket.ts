import { chmodSync, rmSync } from 'node:fs'
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { join, relative } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { ConfigError } from './config.ts'
import type { Engine } from './engine/engine.ts'
import { createHostCommands } from './host-commands.ts'
import { createRenderError, refusalOf } from './http/problem.ts'

/** `sun_path` of unix(7) has 108 bytes with its end, on macOS 104. */
const maxSocketPathBytes = 103
const maxBodyBytes = 64 * 1024
const answerWithinMs = 60_000

/**
 * The host's commands while the server runs, since the SQLite file has room for one process only. Several nodes of a
 * cluster may share a data dir, and its pepper: then the first of them answers for all.
 */
export async function openAdminSocket(engine: Engine, dataDir: string): Promise<{ close(): Promise<void> }> {
  const path = socketPath(dataDir)
  if ((await askAdminSocket(dataDir, 'ping', null)) !== null) return { close: async () => {} }
  // Nobody listens there: it is left from a crash.
  rmSync(path, { force: true })
  const commands = createHostCommands(engine)
  const server = createServer((request, response) => void answer(commands, request, response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  chmodSync(path, 0o600)
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** What a running server answered; null: none is running there. */
export async function askAdminSocket(dataDir: string, command: string, input: unknown): Promise<HostAnswer | null> {
  return new Promise((resolve, reject) => {
    const path = `/${encodeURIComponent(command)}`
    const socket = socketPath(dataDir)
    const request = httpRequest({ socketPath: socket, method: 'POST', path, timeout: answerWithinMs }, (response) => {
      buffer(response).then(
        (body) => resolve({ ok: response.statusCode === 200, body: JSON.parse(body.toString('utf8')) as unknown }),
        reject,
      )
    })
    request.once('timeout', () => request.destroy(new Error('the server does not answer')))
    request.once('error', (error: Error & { code?: string }) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(null)
      else reject(error)
    })
    request.end(JSON.stringify(input))
  })
}

export type HostAnswer = { readonly ok: boolean; readonly body: unknown }

async function answer(
  commands: ReturnType<typeof createHostCommands>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const command = commands[decodeURIComponent((request.url ?? '/').slice(1))]
  try {
    if (command === undefined) throw new Error('unknown command')
    const body = await buffer(request)
    if (body.length > maxBodyBytes) throw new Error('too much')
    const result = await command(JSON.parse(body.toString('utf8')))
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(result))
  } catch (error) {
    const known = refusalOf(error)
    const refusal = known?.refusal ?? { reason: 'internal' }
    const details = { requestId: 'host', hasCredential: true, faults: known?.faults ?? [] }
    const problem = createRenderError('problem', {})(refusal, details)
    response.writeHead(problem.status, { 'Content-Type': 'application/json' }).end(problem.body)
  }
}

/** As seen from the working directory where that is shorter. */
function socketPath(dataDir: string): string {
  const absolute = join(dataDir, 'admin.sock')
  const short = relative(process.cwd(), absolute)
  const path = short !== '' && short.length < absolute.length ? short : absolute
  if (Buffer.byteLength(path) <= maxSocketPathBytes) return path
  throw new ConfigError([
    `MINTMARK_DATA_DIR: the path of ${absolute} is too long for a socket (${maxSocketPathBytes} bytes). ` +
      'Choose a shorter one, or start from a directory nearer to it.',
  ])
}
