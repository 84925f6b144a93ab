import { request as httpRequest } from 'node:http'
import { join, relative } from 'node:path'
import { text } from 'node:stream/consumers'
import { ConfigError } from './config.ts'

/** `sun_path` of unix(7) has 108 bytes with its end, on macOS 104. */
const maxSocketPathBytes = 103
const answerWithinMs = 60_000
/** A large database takes its time to be copied, and a long chain to be walked. */
const longWithinMs = 3_600_000
const longCommands: ReadonlySet<string> = new Set(['backup', 'audit check'])
/** No socket, one that was left behind, or no data dir at all. */
const nobodyListens: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTDIR'])

/** `ok` is false where the command was refused: then `body` has a `message`. */
export type HostAnswer = { readonly ok: boolean; readonly body: unknown }

/** What the server that runs on this data dir answers; null: none is running there. */
export async function askAdminSocket(dataDir: string, command: string, input: unknown): Promise<HostAnswer | null> {
  const timeout = longCommands.has(command) ? longWithinMs : answerWithinMs
  const path = `/${encodeURIComponent(command)}`
  const answer = await post({ socketPath: adminSocketPath(dataDir), path, timeout }, JSON.stringify(input))
  return answer === null ? null : { ok: answer.status === 200, body: JSON.parse(answer.text) as unknown }
}

type PlainAnswer = { readonly status: number | undefined; readonly text: string }

type Place = { readonly socketPath: string; readonly path: string; readonly timeout: number }

function post(place: Place, body: string): Promise<PlainAnswer | null> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ ...place, method: 'POST' }, (response) => {
      text(response).then((read) => resolve({ status: response.statusCode, text: read }), reject)
    })
    request.once('timeout', () => request.destroy(new Error('the server does not answer')))
    request.once('error', (error: Error & { code?: string }) => {
      if (nobodyListens.has(error.code)) resolve(null)
      else if (error.code === 'EACCES') reject(new Error(`only the user that owns ${place.socketPath} may do this`))
      else reject(error)
    })
    request.end(body)
  })
}

/** As seen from the working directory where that is shorter. */
export function adminSocketPath(dataDir: string): string {
  const absolute = join(dataDir, 'admin.sock')
  const short = relative(process.cwd(), absolute)
  const path = short !== '' && short.length < absolute.length ? short : absolute
  if (Buffer.byteLength(path) <= maxSocketPathBytes) return path
  throw new ConfigError([
    `MINTMARK_DATA_DIR: the path of ${absolute} is too long for a socket (${maxSocketPathBytes} bytes). ` +
      'Choose a shorter one, or start from a directory nearer to it.',
  ])
}
