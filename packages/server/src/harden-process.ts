import { writeFileSync } from 'node:fs'

/** core(5): a mask of what memory goes into a core dump. It holds for dumps that are piped to a collector, too. */
const coreDumpFilter = '/proc/self/coredump_filter'

/**
 * What a process that holds a pepper need not offer: for a process of Mintmark's own, not for one that embeds it.
 * What Node cannot do by itself: forbid core dumps outside Linux (`ulimit -c 0` does), or debugging by its own user.
 */
export function hardenProcess(): void {
  // A field that is named so is then a field, wherever it is copied to. No dependency needs the accessor.
  Reflect.deleteProperty(Object.prototype, '__proto__')
  // Node opens its inspector on this signal, unless somebody listens.
  process.on('SIGUSR1', ignore)
  // The environment holds the passwords of database and Redis.
  process.report.excludeEnv = true
  // Nobody needs to read where it listens.
  process.stdout.on('error', ignore)
  if (process.platform === 'linux') keepMemoryOutOfCoreDumps()
}

function keepMemoryOutOfCoreDumps(): void {
  try {
    writeFileSync(coreDumpFilter, '0')
  } catch {
    // A kernel without core dumps, or a read-only /proc: then it is as the host has set it up.
  }
}

function ignore(): void {}
