import { exitUsage, Failed } from './host.ts'

/** The address of a server, without a slash at its end. */
export function readServerAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^https?:$/.test(url.protocol) || `${url.username}${url.password}${url.search}${url.hash}`) {
    throw new Failed('--server is the address of Mintmark: https://keys.example.com', exitUsage)
  }
  return url.href.replace(/\/+$/, '')
}
