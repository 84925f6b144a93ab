import { request as httpRequest, Agent } from 'node:http'

export type PlainAnswer = {
  readonly status: number
  /** Names in lower case; one that stands there more than once is joined by ` and `. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

export type PlainRequest = {
  readonly method?: string
  /** As it is sent, unlike what `fetch` makes of it. */
  readonly target: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  /** Without a Content-Length. */
  readonly isChunked?: boolean
}

/** Kept open, as a client's connections are. */
const agent = new Agent({ keepAlive: true, maxSockets: 64 })

/** One request whose target is sent byte for byte. */
export function plainRequest(url: string, options: PlainRequest): Promise<PlainAnswer> {
  const { method = 'GET', target, headers = {}, body, isChunked = false } = options
  const { hostname, port } = new URL(url)
  const length = body === undefined || isChunked ? {} : { 'Content-Length': Buffer.byteLength(body) }
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ agent, hostname, port, method, path: target, headers: { ...headers, ...length } })
    sent.on('error', reject)
    sent.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('error', reject)
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const names = Object.entries(response.headersDistinct)
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(names.map(([name, values = []]) => [name, values.join(' and ')])),
          text: Buffer.concat(chunks).toString('utf8'),
        })
      })
    })
    if (isChunked && body !== undefined) sent.write(body)
    sent.end(isChunked ? undefined : body)
  })
}
