import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { userInfo } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findCaddy, findNginx } from '../../packages/server/src/testing/find-program.ts'
import { freePort } from '../../packages/server/src/testing/free-port.ts'
import { makeServerDirectory, removeServerDirectory } from '../../packages/server/src/testing/server-directory.ts'
import { serverProcess, type ServerProcess } from '../../packages/server/src/testing/server-process.ts'
import { codeBlocks } from './code-blocks.ts'

const documents = fileURLToPath(new URL('../../docs/gateways/', import.meta.url))

/** A gateway of its own on 127.0.0.1, configured by the files that its page shows. */
export type Gateway = { readonly url: string; remove(): Promise<void> }

export type Behind = { readonly mintmarkUrl: string; readonly backendPort: number }

const asItIs = (text: string): string => text

/** What a page shows as files, by name. */
export function shownFiles(page: string): ReadonlyMap<string, string> {
  const blocks = codeBlocks(readFileSync(join(documents, page), 'utf8'))
  return new Map(blocks.filter(({ name }) => name !== '').map(({ name, text }) => [name, text]))
}

/** Puts other words in the place of those that a page has for the reader's own. Throws where they are not there. */
export function adapt(text: string, words: Readonly<Record<string, string>>): string {
  return Object.entries(words).reduce((adapted, [word, own]) => {
    if (!adapted.includes(word)) throw new Error(`the page does not say ${word}`)
    return adapted.replaceAll(word, own)
  }, text)
}

/** @param change what is done to the page's files before they are used */
export async function startNginx(behind: Behind, change = asItIs): Promise<Gateway> {
  return startNginxWith(async (directory, port) => {
    const files = shownFiles('nginx.md')
    const words: Readonly<Record<string, Readonly<Record<string, string>>>> = {
      'mintmark.conf': {
        '127.0.0.1:6468': new URL(behind.mintmarkUrl).host,
        '/run/nginx-mintmark': join(directory, 'refusals'),
      },
      'api.conf': { '127.0.0.1:3000': `127.0.0.1:${behind.backendPort}`, 'listen 8080': `listen 127.0.0.1:${port}` },
    }
    for (const folder of ['conf.d', 'snippets']) mkdirSync(join(directory, folder))
    for (const [name, text] of files) {
      const folder = basename(dirname(name))
      writeFileSync(join(directory, folder, basename(name)), change(adapt(text, words[basename(name)] ?? {})))
    }
    return 'include conf.d/*.conf;'
  })
}

/** @param configure writes further files, and answers what belongs into `http { }` */
export async function startNginxWith(
  configure: (directory: string, port: number) => Promise<string>,
): Promise<Gateway> {
  const program = findNginx()
  if (program === undefined) throw new Error('nginx was not found on this machine')
  const directory = makeServerDirectory('nginx')
  const port = await freePort()
  const http = await configure(directory, port)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${name};`)
  writeFileSync(
    join(directory, 'nginx.conf'),
    [
      process.getuid?.() === 0 ? `user ${userInfo().username};` : '',
      'daemon off; pid nginx.pid; error_log error.log; worker_processes 2; events { }',
      `http { access_log off; ${temporary.join(' ')} ${http} }`,
    ].join('\n'),
  )
  const args = ['-p', directory, '-c', join(directory, 'nginx.conf'), '-e', join(directory, 'error.log')]
  return startGateway({ program, args, directory, port })
}

/** @param change what is done to the page's file before it is used */
export async function startCaddy(behind: Behind, change = asItIs): Promise<Gateway> {
  const program = findCaddy()
  if (program === undefined) throw new Error('caddy was not found on this machine')
  const directory = makeServerDirectory('caddy')
  const port = await freePort()
  const [shown = ''] = shownFiles('caddy.md').values()
  const site = adapt(shown, {
    '127.0.0.1:6468': new URL(behind.mintmarkUrl).host,
    '127.0.0.1:3000': `127.0.0.1:${behind.backendPort}`,
    'api.example.com {': `http://127.0.0.1:${port} {`,
  })
  const config = join(directory, 'Caddyfile')
  writeFileSync(config, `{\n\tadmin off\n}\n${change(site)}`)
  return startGateway({ program, args: ['run', '--config', config, '--adapter', 'caddyfile'], directory, port })
}

async function startGateway(options: {
  readonly program: string
  readonly args: readonly string[]
  readonly directory: string
  readonly port: number
}): Promise<Gateway> {
  const { program, args, directory, port } = options
  const gateway: ServerProcess = serverProcess({
    program,
    args,
    workingDirectory: directory,
    // Caddy keeps what it learns there.
    env: { XDG_CONFIG_HOME: directory, XDG_DATA_HOME: directory },
    logFile: join(directory, 'output.log'),
    isReady: () => isListening(port),
  })
  const remove = async () => {
    await gateway.kill()
    removeServerDirectory(directory)
  }
  await gateway.start().catch(async (error: unknown) => {
    await remove()
    throw error
  })
  return { url: `http://127.0.0.1:${port}`, remove }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}
