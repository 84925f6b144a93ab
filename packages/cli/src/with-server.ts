import { exitConfig, Failed } from './host.ts'

type Server = typeof import('@mintmark/server')

/**
 * For what runs on the host itself. The server's code takes longer to load than most commands take to run, so that
 * only these load it. Throws `Failed` for what whoever runs it can do something about.
 */
export async function withServer<T>(work: (server: Server) => Promise<T>): Promise<T> {
  const server = await import('@mintmark/server')
  try {
    return await work(server)
  } catch (error) {
    throw explained(error, server)
  }
}

function explained(error: unknown, { ConfigError, DatabaseInUse, StoreFull, StoreUnavailable }: Server): unknown {
  if (error instanceof ConfigError) return new Failed(error.mistakes.join('\n'), exitConfig)
  if (error instanceof DatabaseInUse) return new Failed(error.message, exitConfig)
  if (error instanceof StoreFull) {
    return new Failed('The disk of the data directory has no room. Free some, and do it again.')
  }
  if (error instanceof StoreUnavailable) {
    return new Failed('The database does not answer. Is it running, and is MINTMARK_DATABASE_URL right?')
  }
  return error
}
