import { randomBytes } from 'node:crypto'

/** `req_`, 16 random hexadecimal characters of this process, and a running number, always as long: unique over all nodes and restarts. */
export function createRequestIds(): () => string {
  const start = `req_${randomBytes(8).toString('hex')}`
  let count = 0
  return () => {
    count += 1
    return `${start}${count.toString(36).padStart(8, '0')}`
  }
}
