import { request } from 'node:http'

/**
 * A POST whose client goes away: with its request sent, or when the answer's head has come, which is then certainly
 * lost with the rest of it.
 */
export async function sendAndHangUp(
  url: string,
  options: {
    readonly headers: Readonly<Record<string, string>>
    readonly body: object
    readonly after: 'sending' | 'head'
  },
): Promise<void> {
  const headers = { ...options.headers, 'content-type': 'application/json' }
  await new Promise<void>((resolve) => {
    const sent = request(url, { method: 'POST', headers, agent: false })
    // Its own hanging up comes back as an error too.
    sent.on('error', () => {}).on('close', resolve)
    sent.on('response', () => sent.destroy())
    sent.end(JSON.stringify(options.body), () => {
      if (options.after === 'sending') sent.destroy()
    })
  })
}
