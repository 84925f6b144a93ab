import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMintmark, hostCaller, type Mintmark } from '@mintmark/server'
import { storeKeys } from './store-keys.ts'

/** The widest limit there is, so that load is admitted and yet counted exactly. */
const contract = { name: 'Bench', tiers: { standard: { limit: 100_000, windowSeconds: 60 } } }

export const demandedPermission = 'projects:read'

export type BenchSettings = {
  /** Keys that are verified. */
  readonly keys: number
  /** Keys that only lie in the database, beside them. */
  readonly stored?: number
  /** Cluster mode. */
  readonly databaseUrl?: string
  readonly redisUrl?: string
  /** Webhooks may be sent to receivers on this machine. */
  readonly reachesThisMachine?: boolean
}

export type BenchMintmark = Mintmark & { readonly operatorKey: string; readonly keys: readonly string[] }

/** Mintmark with one organization, one operator key and the keys that are wanted. */
export async function openBenchMintmark(settings: BenchSettings): Promise<BenchMintmark> {
  const dataDir = mkdtempSync(join(tmpdir(), 'mintmark-bench-'))
  process.on('exit', () => rmSync(dataDir, { recursive: true, force: true }))
  const { databaseUrl = null, redisUrl = null, stored = 0, reachesThisMachine = false } = settings
  const webhookAllowNetworks = reachesThisMachine ? ['127.0.0.0/8'] : []
  const options = { dataDir, contract, databaseUrl, redisUrl, webhookAllowNetworks, log: troubles }
  if (stored > 0) {
    const empty = await createMintmark(options)
    await empty.close()
    storeKeys(join(dataDir, 'mintmark.db'), stored)
  }
  const mintmark = await createMintmark(options)
  const { engine } = mintmark
  const host = hostCaller(null, { requestId: 'bench', ip: null })
  const operator = await engine.operatorKeys.create(host, { name: 'backend' }, null)
  const organization = await engine.organizations.create(host, { name: 'Acme' }, null)
  const caller = { ...host, organizationId: organization.value.id }
  const keys: string[] = []
  while (keys.length < settings.keys) {
    const minted = await engine.keys.mint(caller, { name: `key ${keys.length}`, owner: 'organization', role: 'member' })
    keys.push(shown(minted.value.key))
  }
  return { ...mintmark, operatorKey: shown(operator.value.key), keys }
}

/** A line for each request would only hide the table. */
const troubles = {
  write: (line: string) => line.includes('"level":30') || process.stderr.write(line),
}

function shown(key: string | null): string {
  if (key === null) throw new Error('A new key is shown')
  return key
}
