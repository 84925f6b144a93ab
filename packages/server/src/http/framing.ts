import type { IncomingMessage } from 'node:http'

/**
 * Whether a request is HTTP/1.0 or 1.1 as others read it too, in what Node's parser lets pass: its version, its `Host`
 * (RFC 9112 section 3.2: of more than one, and of none in 1.1, a server must say 400) and its transfer coding (section
 * 6.1: we know `chunked` alone, and 1.0 none).
 */
export function isSound(request: Pick<IncomingMessage, 'rawHeaders' | 'httpVersion'>): boolean {
  const { rawHeaders, httpVersion } = request
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return false
  let hosts = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    if (name.length === hostLength && name.toLowerCase() === 'host') hosts += 1
    else if (name.length === codingLength && name.toLowerCase() === 'transfer-encoding') {
      if (httpVersion === '1.0' || rawHeaders[index + 1]?.toLowerCase() !== 'chunked') return false
    }
  }
  return hosts === 1 || (hosts === 0 && httpVersion === '1.0')
}

const hostLength = 'host'.length
const codingLength = 'transfer-encoding'.length
