import { listBy, type Pages } from './pages.ts'
import {
  dataOf,
  doneOf,
  initOf,
  thawed,
  type Body,
  type CallOptions,
  type MutationOptions,
  type Query,
  type Rest,
  type Schema,
} from './rest.ts'

export type Project = Schema<'Project'>

/** Projects: `/v1/projects`. */
export class Projects {
  readonly #rest: Rest

  constructor(rest: Rest) {
    this.#rest = rest
  }

  create(body: Body<'createProject'>, options: MutationOptions = {}): Promise<Project> {
    return dataOf(this.#rest.POST('/v1/projects', { body: thawed(body), ...initOf(options) }))
  }

  list(query: Query<'listProjects'> = {}, options: CallOptions = {}): Pages<Project> {
    return listBy(query, (page) =>
      dataOf(this.#rest.GET('/v1/projects', { params: { query: page }, ...initOf(options) })),
    )
  }

  get(projectId: string, options: CallOptions = {}): Promise<Project> {
    return dataOf(this.#rest.GET('/v1/projects/{projectId}', { params: { path: { projectId } }, ...initOf(options) }))
  }

  update(projectId: string, body: Body<'updateProject'>, options: CallOptions = {}): Promise<Project> {
    return dataOf(
      this.#rest.PATCH('/v1/projects/{projectId}', {
        params: { path: { projectId } },
        body: thawed(body),
        ...initOf(options),
      }),
    )
  }

  /** Its keys are revoked. */
  delete(projectId: string, options: CallOptions = {}): Promise<void> {
    return doneOf(
      this.#rest.DELETE('/v1/projects/{projectId}', { params: { path: { projectId } }, ...initOf(options) }),
    )
  }
}
