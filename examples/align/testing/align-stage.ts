import { runningExample, type Answer, type CallOptions, type RunningExample } from '@mintmark/example-conformance'

export type Minted = { readonly id: string; readonly key: string; readonly prefix: string }

/** Align as a process of its own, and what its tests do there again and again. */
export class AlignStage {
  readonly #running: () => RunningExample

  constructor() {
    this.#running = runningExample('align')
  }

  get running(): RunningExample {
    return this.#running()
  }

  call(method: string, path: string, options?: CallOptions): Promise<Answer> {
    return this.running.call(method, `/api/v1${path}`, options)
  }

  /** Status and reason, by a key. */
  async told(method: string, path: string, key: string, body?: object): Promise<readonly [number, string | undefined]> {
    const answer = await this.call(method, path, { key, ...(body !== undefined && { body }) })
    return [answer.status, answer.body?.reason]
  }

  session(role = 'admin'): string {
    return this.running.person(role).sessionToken
  }

  /** Mints as a person of the first organization. */
  async mint(body: object = {}, role = 'admin'): Promise<Minted> {
    const answer = await this.call('POST', '/api-keys', { key: this.session(role), body: { name: 'ci', ...body } })
    if (answer.status !== 201) throw new Error(`Minting answered ${answer.status} ${answer.text}`)
    return answer.body
  }

  /** For one project: the first, unless it is said. */
  mintForProject(projectId = this.projects[0], role = 'admin'): Promise<Minted> {
    return this.mint({ scope: 'project', projectId }, role)
  }

  get projects(): readonly [string, string] {
    const [first, second] = this.running.first.projects
    return [first?.id ?? '', second?.id ?? '']
  }

  async timeEntry(key: string, projectId = this.projects[0]): Promise<{ readonly id: string }> {
    return (await this.call('POST', `/projects/${projectId}/time-entries`, { key, body: { minutes: 30 } })).body
  }

  /** Gives a person another role for as long as `during` takes. */
  async withRole<T>(userId: string, role: string, during: () => Promise<T>): Promise<T> {
    const [organization] = [this.running.first]
    const path = `/v1/organizations/${organization.id}/members/${userId}`
    const before = (await this.running.operate('GET', path)).body
    await this.running.operate('PUT', path, { role })
    try {
      return await during()
    } finally {
      await this.running.operate('PUT', path, { role: before.role })
    }
  }
}
