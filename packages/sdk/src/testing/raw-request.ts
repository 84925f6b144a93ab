import { once } from 'node:events'
import { request as send, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'

/** An answer as it came. */
export type RawAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly text: string
  // Tests look into it as they know it to be.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any
}

/** Header lines; one that is there twice has a list. */
export type HeaderLines = Readonly<Record<string, string | readonly string[]>>

/** Sends a target and header lines to the character, as no `fetch` would. */
export async function rawRequest(url: string, line: string, headers: HeaderLines = {}): Promise<RawAnswer> {
  const [method = '', ...target] = line.split(' ')
  const { hostname, port } = new URL(url)
  const options = { hostname, port, method, path: target.join(' '), agent: false }
  const sent = send({ ...options, headers: { connection: 'close', ...(headers as Record<string, string | string[]>) } })
  // Some servers send content after the answer to a HEAD: that is theirs.
  sent.on('error', () => undefined)
  sent.end()
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  const body = await text(answer)
  const isJson = /json/.test(answer.headers['content-type'] ?? '') && body !== ''
  const names = Object.entries(answer.headers).map(([name, value]) => [name, [value].flat().join(', ')])
  const status = answer.statusCode ?? 0
  return { status, headers: Object.fromEntries(names), text: body, body: isJson ? JSON.parse(body) : null }
}

export function bearer(key: string): { readonly authorization: string } {
  return { authorization: `Bearer ${key}` }
}
