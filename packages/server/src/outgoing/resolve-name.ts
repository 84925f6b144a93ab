import { lookup, Resolver } from 'node:dns/promises'

/** All addresses of a name. Rejects when it has none, or nobody says. */
export type ResolveName = (name: string, signal: AbortSignal) => Promise<readonly string[]>

const timeoutMs = 2_000
const tries = 2

/**
 * Asks name servers directly, not by `getaddrinfo`: that takes turns on a few threads of the process, and one name
 * server that is silent would delay every other name.
 *
 * @param options.servers `address:port`; default: the system's
 * @param options.asksSystem also ask the system (its hosts file) for names that no server knows: for development
 */
export function createResolveName(options: {
  readonly servers?: readonly string[]
  readonly asksSystem: boolean
}): ResolveName {
  return async (name, signal) => {
    // RFC 6761 section 6.3: this name is not for name servers.
    if (/(?:^|\.)localhost\.?$/.test(name)) return ['127.0.0.1']
    const resolver = new Resolver({ timeout: timeoutMs, tries })
    if (options.servers !== undefined) resolver.setServers(options.servers)
    const cancel = (): void => resolver.cancel()
    signal.addEventListener('abort', cancel)
    try {
      const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
      const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
      if (addresses.length > 0) return addresses
      signal.throwIfAborted()
      if (options.asksSystem) return (await lookup(name, { all: true })).map(({ address }) => address)
      throw new Error(`${name} has no address`)
    } finally {
      signal.removeEventListener('abort', cancel)
    }
  }
}
