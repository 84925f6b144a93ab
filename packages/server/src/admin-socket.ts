import { rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { adminSocketPath, askAdminSocket } from './admin-client.ts'
import type { OpenMintmark } from './create-mintmark.ts'
import { invalid, notFound, refuse } from './engine/refused.ts'
import { createHostCommands, type HostCommands } from './host-commands.ts'
import { readBodyText } from './http/body-text.ts'
import type { Log } from './http/log.ts'
import { refusalOf } from './engine/refusal-of.ts'
import { createRenderError } from './http/problem.ts'

const onlyOwner = 0o177

/**
 * The host's commands while the server runs, since the SQLite file has room for one process only. Several nodes of a
 * cluster may share a data dir, and its pepper: then the first of them answers for all.
 */
export async function openAdminSocket(mintmark: OpenMintmark, dataDir: string): Promise<{ close(): Promise<void> }> {
  const { engine, host, log } = mintmark
  const path = adminSocketPath(dataDir)
  if ((await askAdminSocket(dataDir, 'ping', null)) !== null) return { close: async () => {} }
  // Nobody listens there: it is left from a crash.
  rmSync(path, { force: true })
  const commands = createHostCommands(engine, host)
  const server = createServer((request, response) => void answer(commands, log, request, response))
  await listen(server, path)
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** The socket is made with the mode that it keeps: there is no instant in which others could use it. */
function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    const mask = process.umask(onlyOwner)
    server.listen(path, resolve)
    process.umask(mask)
  })
}

async function answer(
  commands: HostCommands,
  log: Log,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const headers = { 'Content-Type': 'application/json', Connection: 'close' }
  try {
    const command = commands.get(nameOf(request))
    if (command === undefined) throw notFound()
    const result = await command(await readInput(request))
    response.writeHead(200, headers).end(JSON.stringify(result))
  } catch (error) {
    const known = refusalOf(error)
    if (known === null) log.failure('host', error)
    const refusal = known?.refusal ?? { reason: 'internal' }
    const details = { requestId: 'host', hasCredential: true, faults: known?.faults ?? [] }
    const problem = createRenderError('problem', {})(refusal, details)
    response.writeHead(problem.status, headers).end(problem.body)
  }
}

function nameOf(request: IncomingMessage): string {
  try {
    return decodeURIComponent((request.url ?? '/').slice(1))
  } catch {
    throw notFound()
  }
}

async function readInput(request: IncomingMessage): Promise<unknown> {
  const text = await new Promise<string>((resolve, reject) => {
    readBodyText(request, (body) => {
      if (body.fault === null) resolve(body.text)
      else reject(body.fault === 'too large' ? refuse('payload_too_large') : invalid('', 'The body is not UTF-8.'))
    })
  })
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw invalid('', 'The body is not JSON.')
  }
}
