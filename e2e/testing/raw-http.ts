import { connect } from 'node:net'
import { watchers } from './client.ts'
import type { Exchange } from '../../packages/server/src/testing/exchange.ts'

/** An answer as it came over the socket, byte for byte (as Latin-1). */
export type RawAnswer = {
  readonly status: number
  /** As they were sent: order, case and repetition. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

/** The text of a request that others follow. Lines end in CRLF; a `Host` is put before `headers`. */
export function pipelinedText(line: string, headers: readonly string[] = [], body = ''): string {
  return [`${line} HTTP/1.1`, 'Host: 127.0.0.1', ...headers, '', body].join('\r\n')
}

/** The text of the last request of a connection. */
export function requestText(line: string, headers: readonly string[] = [], body = ''): string {
  return pipelinedText(line, [closing, ...headers], body)
}

const closing = 'Connection: close'

/**
 * Writes bytes (text is Latin-1) to a connection of their own, and gives every answer until the server closes it: what
 * is in order must ask for that, by `requestText`. After what breaks off the client says that no more will come.
 */
export async function sendRaw(
  url: string,
  bytes: string,
  { breaksOff = false }: { readonly breaksOff?: boolean } = {},
): Promise<readonly RawAnswer[]> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
    socket.on('connect', () => {
      socket.write(Buffer.from(bytes, 'latin1'))
      // Node takes the end of what is sent for the end of who waits: an answer that is not there yet is never sent.
      if (breaksOff) socket.end()
    })
    socket.on('end', () => socket.end())
    socket.on('data', (chunk) => chunks.push(chunk))
    // It need not take all that we send: what it has said by then counts.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      try {
        resolve(parseAnswers(Buffer.concat(chunks).toString('latin1'), bytes.startsWith('HEAD ')))
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)))
      }
    })
  })
}

/** The one answer to one request, which openapi.json must be true of. */
export async function callRaw(url: string, bytes: string, key?: string): Promise<RawAnswer> {
  const answers = await sendRaw(url, bytes)
  const [only] = answers
  if (only === undefined || answers.length > 1) {
    throw new Error(`${answers.length} answers to ${JSON.stringify(bytes.slice(0, 300))}`)
  }
  for (const watch of watchers) await watch(exchangeOf(url, bytes, only, key))
  return only
}

/** The header's value, where it stands there once; null where it is missing. Throws where it is repeated. */
export function headerOf(answer: RawAnswer, name: string): string | null {
  const values = answer.headers.filter(([known]) => known.toLowerCase() === name.toLowerCase())
  if (values.length > 1) throw new Error(`${name} stands there ${values.length} times`)
  return values[0]?.[1] ?? null
}

/** The `reason` of an error; null where there is none. */
export function reasonOf(answer: RawAnswer): string | null {
  return answer.status < 400 ? null : String((JSON.parse(answer.body) as { reason?: unknown }).reason)
}

function exchangeOf(url: string, bytes: string, answer: RawAnswer, key: string | undefined): Exchange {
  const [method = '', target = ''] = bytes.split(/[ \r\n]/, 2)
  const { status, body: text } = answer
  const headers = new Headers(answer.headers.map(([name, value]) => [name, value]))
  const isJson = /json/.test(headers.get('content-type') ?? '') && text !== ''
  const body: unknown = isJson ? JSON.parse(Buffer.from(text, 'latin1').toString('utf8')) : null
  return { url, method, path: target.replace(/^https?:\/\/[^/]*/i, ''), key, answer: { status, headers, text, body } }
}

/** Every answer in a stream (RFC 9112). Throws where it is none, so that nothing can hide between two. */
function parseAnswers(stream: string, isHead: boolean): readonly RawAnswer[] {
  if (stream === '') return []
  const end = stream.indexOf('\r\n\r\n')
  const [statusLine = '', ...lines] = stream.slice(0, end).split('\r\n')
  const [, status] = /^HTTP\/1\.1 (\d{3}) [A-Za-z ]+$/.exec(statusLine) ?? []
  if (end < 0 || status === undefined) throw new Error(`no answer: ${JSON.stringify(stream.slice(0, 300))}`)
  const rest = stream.slice(end + 4)
  // Interim answers (100) have no content and are followed by the answer.
  if (status.startsWith('1')) return parseAnswers(rest, isHead)
  const headers = lines.map(parseHeader)
  const length = isHead || status === '204' ? 0 : contentLength(headers)
  const body = rest.slice(0, length)
  if (body.length < length) throw new Error(`an answer cut off: ${statusLine}`)
  return [{ status: Number(status), headers, body }, ...parseAnswers(rest.slice(length), isHead)]
}

function parseHeader(line: string): readonly [string, string] {
  const [, name, value] = /^([A-Za-z0-9-]+): ?(.*)$/.exec(line) ?? []
  if (name === undefined || value === undefined) throw new Error(`no header: ${JSON.stringify(line)}`)
  return [name, value]
}

function contentLength(headers: readonly (readonly [string, string])[]): number {
  const lengths = headers.filter(([name]) => name.toLowerCase() === 'content-length')
  const [only] = lengths
  if (only === undefined || lengths.length > 1) throw new Error(`${lengths.length} Content-Length in an answer`)
  return Number(only[1])
}
