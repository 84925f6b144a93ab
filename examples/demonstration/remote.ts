import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { endEarlierKeys, operatorKeyName } from './operator-key.ts'
import type { MintmarkPlace, RunningMintmark } from './running-mintmark.ts'

export type RemoteMintmark = RunningMintmark & {
  /** An operator key that can do nothing but verify: all that a guard needs. */
  readonly verifyKey: string
}

const cli = fileURLToPath(import.meta.resolve('#mintmark'))

/** `mintmark serve` as a process of its own. */
export async function openRemote({ contractFile, dataDir }: MintmarkPlace): Promise<RemoteMintmark> {
  const env = { MINTMARK_DATA_DIR: dataDir, MINTMARK_CONTRACT: contractFile, MINTMARK_PORT: '0' }
  const server = run(['serve'], env)
  const ended = once(server, 'exit')
  const failed = ended.then(([code, signal]) => {
    throw new Error(`mintmark serve has ended (${code ?? signal})`)
  })
  // Whoever wants to know waits for it.
  failed.catch(() => undefined)
  // Should this process fail, it is not left behind.
  process.once('exit', () => server.kill('SIGTERM'))
  const close = async (): Promise<void> => {
    server.kill('SIGTERM')
    await ended
  }
  try {
    const url = await Promise.race([listeningUrl(server), failed])
    const operatorKey = await createOperatorKey(env)
    const operator = await endEarlierKeys(url, operatorKey)
    const { key: verifyKey } = await operator.operatorKeys.create({ name: operatorKeyName, only: 'verify' })
    return { url, operatorKey, verifyKey, failed, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** In a session of its own: Ctrl-C at the terminal is for the example, which ends it when it has no more questions. */
function run(args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('MINTMARK_'))
  return spawn(process.execPath, [...process.execArgv, cli, ...args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...Object.fromEntries(inherited), ...env },
  })
}

async function listeningUrl({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error('It was started without its standard output.')
  for await (const line of createInterface({ input: stdout })) {
    const url = /^Mintmark is listening on (http:\S+)$/.exec(line)?.[1]
    if (url !== undefined) return url
  }
  throw new Error('mintmark serve has said nothing of where it listens.')
}

async function createOperatorKey(env: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = run(['operator-keys', 'create', '--name', operatorKeyName], env)
  const key = stdout === null ? '' : (await text(stdout)).trim()
  if (key === '') throw new Error('mintmark operator-keys create has made none.')
  return key
}
