import { readFileSync, statSync } from 'node:fs'
import { parseAddress } from './engine/addresses.ts'
import type { OpenIdSettings } from './storage/better-auth/open-id.ts'

const fields = ['id', 'name', 'issuer', 'clientId', 'clientSecret'] as const
const maxProviders = 20

/** A JSON list of providers. It holds secrets: nobody but its owner may read it. */
export function readOpenIdFile(path: string | null, mistakes: string[]): readonly OpenIdSettings[] {
  if (path === null) return []
  const complain = (what: string): [] => {
    mistakes.push(`MINTMARK_OIDC: ${path} ${what}`)
    return []
  }
  let json: unknown
  try {
    if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
      return complain(`holds secrets, and others can read it. Run: chmod 600 ${path}`)
    }
    json = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return complain('cannot be read, or is not JSON.')
  }
  if (!Array.isArray(json) || json.length > maxProviders || !json.every(isProvider)) {
    return complain(`is no list of at most ${maxProviders} providers with ${fields.join(', ')}, the issuer by https.`)
  }
  if (new Set(json.map(({ id }) => id)).size < json.length) return complain('gives an id twice.')
  return json.map(({ id, name, issuer, clientId, clientSecret }) => ({ id, name, issuer, clientId, clientSecret }))
}

function isProvider(value: unknown): value is OpenIdSettings {
  const known = new Map<string, unknown>(Object.entries(typeof value === 'object' && value !== null ? value : {}))
  const [id = '', name = '', issuer = '', clientId = '', clientSecret = ''] = fields.map((field) => {
    const text = known.get(field)
    return typeof text === 'string' ? text : ''
  })
  const isComplete = known.size === fields.length && [name, clientId, clientSecret].every((text) => text !== '')
  return isComplete && /^[a-z0-9-]{1,32}$/.test(id) && isTrustworthy(issuer)
}

/** What a provider says over http anybody on the way could say, but on this machine. */
function isTrustworthy(issuer: string): boolean {
  if (!URL.canParse(issuer)) return false
  const { protocol, hostname } = new URL(issuer)
  if (protocol === 'https:') return true
  return protocol === 'http:' && (hostname === 'localhost' || parseAddress(hostname)?.range() === 'loopback')
}
