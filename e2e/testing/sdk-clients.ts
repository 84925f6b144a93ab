import { Mintmark } from '@mintmark/sdk'

const shared = new Map<string, Map<string, Mintmark>>()

/**
 * One client of the SDK for each address, so that questions that are asked together share a request. It tries nothing
 * again: whether an answer comes is for whoever asks to see.
 *
 * @param link what lies between the clients and the nodes; each link has clients of its own
 */
export function sdkClients(operatorKey: string, link?: typeof fetch): (url: string) => Mintmark {
  const clients = (link === undefined ? shared.get(operatorKey) : undefined) ?? new Map<string, Mintmark>()
  if (link === undefined) shared.set(operatorKey, clients)
  return (url) => {
    const known = clients.get(url)
    if (known !== undefined) return known
    const client = new Mintmark({ server: url, key: operatorKey, maxRetries: 0, ...(link && { fetch: link }) })
    clients.set(url, client)
    return client
  }
}
