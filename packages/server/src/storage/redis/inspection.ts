/** This Redis can never hold windows, however long one waits: a mistake in the configuration. */
export class UnsuitableRedis extends Error {
  override readonly name = 'UnsuitableRedis'
}

const OLDEST_VERSION = 7

/**
 * What the INFO of each server says about holding windows there: warnings, each a sentence for the operator.
 * Throws UnsuitableRedis for a replica, which takes no writes, and for a cluster's server addressed as a single one.
 */
export function judgeServers(infos: readonly string[], asCluster: boolean): readonly string[] {
  const warnings = infos.flatMap((info) => judgeServer(parseInfo(info), asCluster))
  return [...new Set(warnings)]
}

function judgeServer(info: ReadonlyMap<string, string>, asCluster: boolean): readonly string[] {
  if (info.get('role') === 'slave') {
    throw new UnsuitableRedis('this Redis is a replica, which takes no writes: name the primary')
  }
  if (info.get('redis_mode') === 'cluster' && !asCluster) {
    throw new UnsuitableRedis('this Redis is part of a cluster: name it by redis+cluster://')
  }
  const warnings: string[] = []
  const version = info.get('redis_version') ?? 'unknown'
  if (!(Number.parseInt(version, 10) >= OLDEST_VERSION)) {
    warnings.push(`Redis ${version} is older than ${OLDEST_VERSION}, the oldest version that is tested.`)
  }
  const policy = info.get('maxmemory_policy') ?? 'unknown'
  if (policy !== 'noeviction') {
    warnings.push(
      `Redis may evict windows, and so admit more than a limit: maxmemory-policy is ${policy}, set noeviction.`,
    )
  }
  return warnings
}

function parseInfo(info: string): ReadonlyMap<string, string> {
  const fields = info.split(/\r?\n/).map((line) => line.split(':', 2))
  return new Map(fields.flatMap(([name, value]) => (name && value !== undefined ? [[name, value] as const] : [])))
}
