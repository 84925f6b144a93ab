import { hostCallerIn, type Engine } from '@mintmark/server'
import type { FastifyRequest } from 'fastify'

type Project = { readonly id: string; readonly createdAt: string }
type OfProject = { readonly projectId: string; readonly createdAt: string }

/** Whether something is of this project, and not of one that had its id before and has been deleted. */
export function isOf(project: Project | undefined, { projectId, createdAt }: OfProject): boolean {
  return project !== undefined && project.id === projectId && project.createdAt <= createdAt
}

/** Projects, which are Mintmark's. */
export class Projects {
  readonly #engine: Engine

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** Rejects with 404 unless it is there. */
  require(request: FastifyRequest, projectId: string): Promise<Project> {
    return this.#engine.projects.get(callerOf(request), projectId)
  }

  /** Of what is of several projects, that of those which are there still. */
  async living<T extends OfProject>(request: FastifyRequest, all: readonly T[]): Promise<T[]> {
    const projects = new Map<string, Project>()
    let cursor: string | null = null
    do {
      const page = await this.#engine.projects.list(callerOf(request), {
        limit: 100,
        ...(cursor !== null && { cursor }),
      })
      for (const project of page.data) projects.set(project.id, project)
      cursor = page.nextCursor
    } while (cursor !== null)
    return all.filter((one) => isOf(projects.get(one.projectId), one))
  }
}

function callerOf({ id, ip, mintmark }: FastifyRequest) {
  return hostCallerIn(mintmark.organizationId, { requestId: id, ip })
}
