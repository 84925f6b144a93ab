import { hostCallerIn, type Engine } from '@mintmark/server'
import type { FastifyRequest } from 'fastify'

/** Projects, which are Mintmark's. */
export class Projects {
  readonly #engine: Engine

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** Rejects with 404 unless it is there. */
  async require(request: FastifyRequest, projectId: string): Promise<void> {
    await this.#engine.projects.require(callerOf(request), projectId)
  }

  /** Of what is of several projects, that of those which are there still. */
  async living<T extends { readonly projectId: string }>(request: FastifyRequest, all: readonly T[]): Promise<T[]> {
    const ids = new Set<string>()
    let cursor: string | null = null
    do {
      const page = await this.#engine.projects.list(callerOf(request), {
        limit: 100,
        ...(cursor !== null && { cursor }),
      })
      for (const { id } of page.data) ids.add(id)
      cursor = page.nextCursor
    } while (cursor !== null)
    return all.filter(({ projectId }) => ids.has(projectId))
  }
}

function callerOf({ id, ip, mintmark }: FastifyRequest) {
  return hostCallerIn(mintmark.organizationId, { requestId: id, ip })
}
