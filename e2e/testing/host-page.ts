import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'

const types: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.html': 'text/html; charset=utf-8' }

/** Another product: a server on an origin of its own, whose backend hands out session tokens at `/token`. */
export class HostPage {
  readonly #server: Server
  readonly #pages = new Map<string, string>()
  /** Tokens that its pages asked for. */
  tokensAsked = 0
  #provide: () => Promise<unknown> = async () => ({})

  private constructor(server: Server) {
    this.#server = server
  }

  /** @param folder whose files it serves below `/files/` */
  static async open(folder: string): Promise<HostPage> {
    const server = createServer()
    const host = new HostPage(server)
    server.on('request', (request: IncomingMessage, response) => {
      void host.#answer(request.url ?? '/', folder, response)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return host
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  show(path: string, html: string): void {
    this.#pages.set(path, html)
  }

  provideWith(provide: () => Promise<unknown>): void {
    this.#provide = provide
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #answer(path: string, folder: string, response: ServerResponse): Promise<void> {
    const { status, type, body } = await this.#find(path, folder)
    response.writeHead(status, { 'Content-Type': type }).end(body)
  }

  async #find(path: string, folder: string): Promise<{ status: number; type: string; body: string | Buffer }> {
    const html = this.#pages.get(path)
    if (html !== undefined) return { status: 200, type: types['.html'] ?? '', body: html }
    if (path === '/token') {
      this.tokensAsked += 1
      return { status: 200, type: 'application/json', body: JSON.stringify(await this.#provide()) }
    }
    const file = join(folder, normalize(path.replace(/^\/files\//, '/')))
    if (!path.startsWith('/files/') || !existsSync(file)) return { status: 404, type: 'text/plain', body: '' }
    return { status: 200, type: types[extname(file)] ?? 'text/plain', body: await readFile(file) }
  }
}
