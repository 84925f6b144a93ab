/**
 * Run by audit-faults.test.ts as a process of its own: does one mutation after another, says so, and kills itself at the
 * audit insert. Arguments: data dir, URL of a database or '', the number of the insert, what of it, a prefix.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { writeSync } from 'node:fs'
import { DatabaseSync, type SQLOutputValue, type StatementResultingChanges } from 'node:sqlite'
import type { OrganizationId } from '@mintmark/core'
import { Client } from 'pg'
import { createMintmark } from '../create-mintmark.ts'
import { RefusedError } from '../engine/refused.ts'
import { DatabaseInUse } from '../storage/sql/database-in-use.ts'
import { RandomMutations, unlimited } from './random-mutations.ts'

const [, , dataDir = '', databaseUrl = '', atText = '', when = '', prefix = ''] = process.argv
const inserting = /^(insert into|with).*"audit_events"/s
let left = Number(atText)

const say = (line: string): void => void writeSync(1, `${line}\n`)
const die = (): void => void process.kill(process.pid, 'SIGKILL')

/** Calls `run` with death before it, after it, or a little later, when it is this statement's turn. */
function amid<T>(text: string, run: () => T): T {
  const isIt = when.startsWith('commit') ? /^commit$/i.test(text) && left <= 0 : inserting.test(text)
  if (inserting.test(text)) left -= 1
  if (!isIt || left > 0) return run()
  if (when.endsWith('before')) die()
  const result = run()
  if (when.endsWith('after')) die()
  else setTimeout(die, Math.random() * 3)
  return result
}

const prepare = Reflect.get(DatabaseSync.prototype, 'prepare')
const exec = Reflect.get(DatabaseSync.prototype, 'exec')
DatabaseSync.prototype.prepare = function (text) {
  const statement = prepare.call(this, text)
  if (!inserting.test(text)) return statement
  const run = statement.run.bind(statement) as (...parameters: unknown[]) => StatementResultingChanges
  const all = statement.all.bind(statement) as (...parameters: unknown[]) => Record<string, SQLOutputValue>[]
  return Object.assign(statement, {
    run: (...parameters: unknown[]) => amid(text, () => run(...parameters)),
    all: (...parameters: unknown[]) => amid(text, () => all(...parameters)),
  })
}
DatabaseSync.prototype.exec = function (text) {
  amid(text, () => exec.call(this, text))
}

const query = Reflect.get(Client.prototype, 'query') as (...parameters: unknown[]) => unknown
Client.prototype.query = function (this: Client, ...parameters: unknown[]) {
  const [first] = parameters
  const text = typeof first === 'string' ? first : ((first as { text?: string } | undefined)?.text ?? '')
  return amid(text, () => query.apply(this, parameters))
} as never

/** The server lets go of a killed process's lock a moment later. */
async function open(): ReturnType<typeof createMintmark> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const database = databaseUrl === '' ? {} : { databaseUrl }
      return await createMintmark({ dataDir, contract: unlimited, log: { write: () => {} }, ...database })
    } catch (error) {
      if (!(error instanceof DatabaseInUse) || attempt > 100) throw error
      await sleep(50)
    }
  }
}

const { engine } = await open()
const mutations = await RandomMutations.create(engine, 'acme' as OrganizationId, prefix)
for (;;) {
  let requestId = ''
  try {
    await mutations.step((mutating) => {
      requestId = mutating.requestId
      say(`begin ${JSON.stringify(mutating)}`)
    })
    say(`done ${requestId}`)
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error
    say(`refused ${requestId}`)
  }
}
