import { connect } from 'node:net'

const patienceMs = 2_000

/**
 * Sends bytes as they are and gives back everything that the server says until it closes, or until `isComplete` says
 * that this is all. `isClosed` tells which.
 */
export async function sendRaw(
  port: number,
  parts: readonly (string | Buffer)[],
  isComplete: (received: string) => boolean = () => false,
): Promise<{ readonly text: string; readonly isClosed: boolean }> {
  const socket = connect(port, '127.0.0.1')
  for (const part of parts) socket.write(part)
  let text = ''
  return new Promise((resolve) => {
    const end = (isClosed: boolean): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve({ text, isClosed })
    }
    const timer = setTimeout(end, patienceMs, false)
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      if (isComplete(text)) end(false)
    })
    socket.on('error', () => end(true))
    socket.on('close', () => end(true))
  })
}

/** `GET /path HTTP/1.1`, its headers, and the body as it is. */
export function rawRequest(line: string, headers: readonly string[], body = ''): string {
  return [`${line} HTTP/1.1`, 'Host: mintmark.test', ...headers, '', body].join('\r\n')
}
