import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll } from 'vitest'
import { call, type Answer, type CallOptions } from './call.ts'
import type { ExampleName } from './promises.ts'

export type Person = { readonly id: string; readonly role: string; readonly sessionToken: string }

type Organization = {
  readonly id: string
  readonly projects: readonly { readonly id: string; readonly name: string }[]
  readonly people: readonly Person[]
}

/** What an example says in its one line. */
type Introduction = {
  readonly url: string
  readonly organizations: readonly Organization[]
  readonly mintmark: { readonly url: string; readonly operatorKey: string }
}

/** For a start and an end, on a machine that has other things to do. */
const patienceMs = 120_000
const root = new URL('../../', import.meta.url)
/** As a reader starts it, from what was built; else from the sources, which need no build. */
const isBuilt = process.env['MINTMARK_EXAMPLES'] === 'built'

/** An example as a process of its own, for the suite around the call. */
export class RunningExample {
  /** What it has said on standard output. */
  readonly line: string
  readonly #introduction: Introduction
  readonly #child: ChildProcess
  readonly #log: readonly Buffer[]

  private constructor(child: ChildProcess, line: string, log: readonly Buffer[]) {
    this.line = line
    this.#child = child
    this.#introduction = JSON.parse(line) as Introduction
    this.#log = log
  }

  static async start(name: ExampleName, env: Readonly<Record<string, string>> = {}): Promise<RunningExample> {
    const started = isBuilt
      ? [fileURLToPath(new URL('scripts/example.js', root)), name]
      : ['--conditions=mintmark-source', fileURLToPath(new URL(`examples/${name}/main.ts`, root))]
    const child = spawn(process.execPath, started, {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Compiled sources are kept between processes: it halves the time of a start.
      env: { NODE_COMPILE_CACHE: join(tmpdir(), 'mintmark-compile-cache'), ...process.env, PORT: '0', ...env },
    })
    const end = (): void => void child.kill()
    process.once('exit', end)
    child.once('exit', () => process.off('exit', end))
    const log: Buffer[] = []
    child.stderr.on('data', (chunk: Buffer) => log.push(chunk))
    if (process.env['MINTMARK_EXAMPLES_LOG'] !== undefined) child.stderr.pipe(process.stderr)
    for await (const line of createInterface({ input: child.stdout })) {
      return new RunningExample(child, line, log)
    }
    throw new Error(`The example ${name} has ended before it listened:\n${lastLines(Buffer.concat(log))}`)
  }

  get url(): string {
    return this.#introduction.url
  }

  /** What it and its Mintmark have said of themselves so far. */
  get log(): Buffer {
    return Buffer.concat(this.#log)
  }

  /** The organization with projects, and a person for each role. */
  get first(): Organization {
    return this.#organization(0)
  }

  /** The one with an admin. */
  get second(): Organization {
    return this.#organization(1)
  }

  /** Someone of an organization; the first one's, unless it is said. */
  person(role: string, organization: Organization = this.first): Person {
    const person = organization.people.find((one) => one.role === role)
    if (person === undefined) throw new RangeError(`There is no ${role}.`)
    return person
  }

  /** A request to the example. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer> {
    return call(method, `${this.url}${path}`, options)
  }

  /** A request to its Mintmark as the operator, in an organization where one is named. */
  operate(method: string, path: string, body?: unknown, organizationId?: string): Promise<Answer> {
    const { url, operatorKey } = this.#introduction.mintmark
    const headers = organizationId === undefined ? {} : { 'mintmark-organization': organizationId }
    return call(method, `${url}${path}`, { key: operatorKey, headers, ...(body !== undefined && { body }) })
  }

  /** Somebody new in the first organization, who has made no keys yet. */
  async join(role: string): Promise<Person> {
    const organizationId = this.first.id
    const id = randomUUID()
    await this.operate('PUT', `/v1/organizations/${organizationId}/members/${id}`, { role })
    const { body } = await this.operate('POST', '/v1/sessions', { organizationId, userId: id })
    return { id, role, sessionToken: body.token }
  }

  /** Ends it as Ctrl-C does. Answers its exit code. */
  async stop(): Promise<number | null> {
    const { exitCode, signalCode } = this.#child
    if (exitCode === null && signalCode === null) {
      this.#child.kill('SIGINT')
      await once(this.#child, 'exit')
    }
    return this.#child.exitCode
  }

  #organization(index: number): Organization {
    const organization = this.#introduction.organizations[index]
    if (organization === undefined) throw new RangeError('There is no such organization.')
    return organization
  }
}

/** Of a log without its requests. */
function lastLines(log: Buffer): string {
  const lines = log.toString('utf8').split('\n')
  return lines
    .filter((line) => !line.includes('"msg":"request"'))
    .slice(-15)
    .join('\n')
}

/** Runs an example for a suite. Call it once in a file or a `describe`. */
export function runningExample(name: ExampleName, env?: Readonly<Record<string, string>>): () => RunningExample {
  let running: RunningExample | null = null
  beforeAll(async () => {
    running = await RunningExample.start(name, env)
  }, patienceMs)
  afterAll(async () => {
    await running?.stop()
  }, patienceMs)
  return () => {
    if (running === null) throw new Error('The example runs only while tests do.')
    return running
  }
}
