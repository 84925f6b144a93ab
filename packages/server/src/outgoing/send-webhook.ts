import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { OutgoingAnswer, OutgoingRequest, SendWebhook } from '../engine/ports/webhook-sender.ts'
import { parseDestination } from '../engine/webhooks/webhook-policy.ts'
import { connectTo, ForbiddenAddress, type ConnectParts } from './connect.ts'

/** From the first question to a name server to the last byte that is kept. */
const usualTimeoutMs = 15_000
/** What is kept of an answer. The rest of it is not read. */
const keptBytes = 1_024
const maxHeaderBytes = 16 * 1_024
/** The status is what counts: so long is waited for what is said with it. */
const bodyTimeoutMs = 2_000

/** @param parts.timeoutMs default: 15 s */
export function createSendWebhook(parts: ConnectParts & { readonly timeoutMs?: number }): SendWebhook {
  const { timeoutMs = usualTimeoutMs } = parts
  return async (request, signal) => {
    const deadline = AbortSignal.timeout(timeoutMs)
    const either = AbortSignal.any([signal, deadline])
    try {
      return await send(request, parts, either)
    } catch (error) {
      signal.throwIfAborted()
      return { status: null, body: null, error: sayWhy(error, deadline.aborted ? timeoutMs : null) }
    }
  }
}

async function send(request: OutgoingRequest, parts: ConnectParts, signal: AbortSignal): Promise<OutgoingAnswer> {
  const url = parseDestination(request.url)
  if (url === null) throw new ForbiddenAddress(request.url)
  const socket = await connectTo(url, parts, signal)
  try {
    const response = await post(url, socket, request, signal)
    return { status: response.statusCode ?? 0, body: await readStart(response), error: null }
  } finally {
    socket.destroy()
  }
}

async function post(url: URL, socket: Socket, request: OutgoingRequest, signal: AbortSignal): Promise<IncomingMessage> {
  const body = Buffer.from(request.body)
  const outgoing: ClientRequest = httpRequest({
    createConnection: () => socket,
    method: 'POST',
    host: url.hostname,
    path: `${url.pathname}${url.search}`,
    headers: { ...request.headers, host: url.host, 'content-length': body.length, connection: 'close' },
    maxHeaderSize: maxHeaderBytes,
    signal,
  })
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  outgoing.on('response', resolve)
  // Stays there: it may fail once more after its answer has begun, when nobody asks any more.
  outgoing.on('error', reject)
  // Whoever answers 101 is hung up on without an error.
  outgoing.on('close', () => reject(new NoHttpAnswer()))
  outgoing.end(body)
  return promise
}

class NoHttpAnswer extends Error {
  readonly code = 'HPE_NONE'
}

/** The first bytes of what is said, as text that every storage takes. */
async function readStart(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  const timer = setTimeout(() => response.destroy(), bodyTimeoutMs)
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      length += chunk.length
      if (length >= keptBytes) break
    }
  } catch {
    // It broke off, or took too long: what came is what is kept.
  } finally {
    clearTimeout(timer)
  }
  // A character that is cut through is left out.
  const wasCut = length >= keptBytes
  const text = new TextDecoder().decode(Buffer.concat(chunks).subarray(0, keptBytes), { stream: wasCut })
  return text.replaceAll('\0', '\uFFFD')
}

/** Why there was no answer, in words that tell nothing of the network around this server. */
function sayWhy(error: unknown, lateAfterMs: number | null): string {
  if (lateAfterMs !== null) return `There was no answer within ${lateAfterMs / 1000} seconds.`
  if (error instanceof ForbiddenAddress)
    return 'Nothing is sent to this address: it is not on the public Internet, or not at a port of web servers.'
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code.startsWith('HPE_')) return 'What came back is not HTTP.'
  if (/CERT|TLS|SSL|SIGNATURE/.test(code)) return `TLS failed: ${code}.`
  return code === '' ? 'The name has no address.' : `The connection failed: ${code}.`
}
