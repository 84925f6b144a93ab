import { once } from 'node:events'
import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Destinations } from '../engine/webhooks/destination.ts'
import { literalAddress, portOf } from '../engine/webhooks/webhook-policy.ts'
import type { ResolveName } from './resolve-name.ts'

/** The address is none that anything is sent to. */
export class ForbiddenAddress extends Error {
  override readonly name = 'ForbiddenAddress'
}

export type ConnectParts = { readonly destinations: Destinations; readonly resolveName: ResolveName }

/**
 * A connection to where a URL leads, with TLS for https. Its name is asked once, every address it has must be one that
 * may be reached, and nothing but these very addresses is connected to: a name that leads elsewhere a moment later
 * leads nobody there. Rejects with `ForbiddenAddress`, or what went wrong, or the signal's reason.
 */
export async function connectTo(url: URL, parts: ConnectParts, signal: AbortSignal): Promise<Socket> {
  const { destinations } = parts
  const port = portOf(url)
  const addresses = await addressesOf(url, parts.resolveName, signal)
  for (const address of addresses) {
    if (!destinations.mayReach(address) || !destinations.mayUsePort(address, port)) throw new ForbiddenAddress(address)
  }
  signal.throwIfAborted()
  const socket = connect({
    host: url.hostname,
    port,
    noDelay: true,
    autoSelectFamily: true,
    // Asked of nobody: these are the addresses that were judged.
    lookup: (_name, _options, answer) =>
      answer(
        null,
        addresses.map((address) => ({ address, family: isIP(address) })),
      ),
  })
  return settle(socket, async () => {
    await once(socket, 'connect', { signal })
    const { remoteAddress } = socket
    if (remoteAddress === undefined || !destinations.mayReach(remoteAddress)) throw new ForbiddenAddress(remoteAddress)
    return url.protocol === 'https:' ? startTls(socket, url.hostname, signal) : socket
  })
}

async function addressesOf(url: URL, resolveName: ResolveName, signal: AbortSignal): Promise<readonly string[]> {
  const isName = isIP(url.hostname.replace(/^\[(.*)\]$/, '$1')) === 0
  const literal = isName ? null : literalAddress(url)
  if (literal !== null) return [literal]
  if (!isName) throw new ForbiddenAddress(url.hostname)
  return resolveName(url.hostname, signal)
}

async function startTls(socket: Socket, host: string, signal: AbortSignal): Promise<Socket> {
  const isName = isIP(host.replace(/^\[(.*)\]$/, '$1')) === 0
  const secure = connectTls({
    socket,
    ...(isName && { servername: host }),
    ALPNProtocols: ['http/1.1'],
    minVersion: 'TLSv1.2',
  })
  return settle(secure, async () => {
    await once(secure, 'secureConnect', { signal })
    return secure
  })
}

/** A socket is the caller's when `work` resolves, else nobody's. */
async function settle(socket: Socket, work: () => Promise<Socket>): Promise<Socket> {
  // What goes wrong later is said to whoever uses it; with nobody there, it must not end the process.
  socket.on('error', () => {})
  try {
    return await work()
  } catch (error) {
    socket.destroy()
    throw error
  }
}
