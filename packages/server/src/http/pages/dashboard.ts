import { readFile, readdir } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Contract } from '@mintmark/core'

/** The built dashboard, as it is sent. */
export type Dashboard = {
  /** The one page that every path of the dashboard gives, made for one answer. */
  page(nonce: string): DashboardPage
  /** Null: there is none of this name. */
  file(name: string, acceptEncoding: string): Promise<DashboardFile | null>
}

export type DashboardPage = { readonly html: string; readonly contentSecurityPolicy: string }

export type DashboardFile = {
  readonly type: string
  /** Null: as it is. */
  readonly encoding: Encoding | null
  readonly body: Buffer
}

type Encoding = 'br' | 'gzip'

/** Where vite puts what the page loads (packages/dashboard/vite.config.ts). */
const filesDirectory = 'files'

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}
/** A font has been compressed already. */
const compressible = new Set(['.js', '.css', '.svg'])
/** The best takes a second for what is compressed once; this takes a tenth and a few per cent more bytes. */
const brotliQuality = 9

const compressors: Readonly<Record<Encoding, (bytes: Buffer) => Promise<Buffer>>> = {
  br: (bytes) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality } }),
  gzip: (bytes) => promisify(gzip)(bytes),
}

/** Reads what was built. Rejects where nothing was. */
export async function openDashboard(directory: string, ui: Contract['ui']): Promise<Dashboard> {
  const template = fill(await readFile(join(directory, 'index.html'), 'utf8'), ui)
  const files = await readFiles(join(directory, filesDirectory))
  const compressed = new Map<string, Promise<Buffer>>()
  const compress = (name: string, body: Buffer, encoding: Encoding): Promise<Buffer> => {
    const known = compressed.get(`${name} ${encoding}`)
    if (known !== undefined) return known
    const compressing = compressors[encoding](body)
    compressed.set(`${name} ${encoding}`, compressing)
    return compressing
  }
  return {
    page: (nonce) => ({ html: template.replaceAll('__NONCE__', nonce), contentSecurityPolicy: policyOf(nonce) }),
    async file(name, acceptEncoding) {
      const extension = extname(name)
      const type = types[extension]
      const body = files.get(name)
      if (type === undefined || body === undefined) return null
      const encoding = compressible.has(extension) ? chooseEncoding(acceptEncoding) : null
      return { type, encoding, body: encoding === null ? body : await compress(name, body, encoding) }
    },
  }
}

/** All of them at once: what is built anew beside a running server does not pull them from under its pages. */
async function readFiles(directory: string): Promise<ReadonlyMap<string, Buffer>> {
  const names = await readdir(directory)
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(directory, name))] as const)))
}

/** What the page needs of the contract, in its head: product, titles, path, accent, logo, and nothing else. */
function fill(html: string, { product, keysTitle, keysPath, accent, logo }: Contract['ui']): string {
  const installation = JSON.stringify({ product, keysTitle, keysPath, accent, logo })
  return html
    .replace('__INSTALLATION__', () => escapeHtml(installation))
    .replace('__PRODUCT__', () => escapeHtml(product))
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

/**
 * Scripts that this answer names and what they load, styles likewise and those of our own files; nothing from anywhere
 * else, and nobody frames it. A script that somebody wrote into the page has no nonce.
 */
function policyOf(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** RFC 9110 section 12.5.3, as far as browsers use it: what is named, and not with a weight of nothing. */
function chooseEncoding(accepted: string): Encoding | null {
  const isOffered = (encoding: Encoding): boolean =>
    accepted.split(',').some((part) => {
      const [name = '', weight = ''] = part.toLowerCase().split(';', 2)
      return name.trim() === encoding && !/^\s*q=0(?:\.0*)?\s*$/.test(weight)
    })
  if (isOffered('br')) return 'br'
  return isOffered('gzip') ? 'gzip' : null
}
