/**
 * Run by expiry-kills.test.ts as a node of its own, that does nothing but the job of expiry, over and over, until it is
 * killed. Arguments: URL of the database, its name among the others, how wrong its clock is in ms. Says `ready`.
 */
import { randomBytes } from 'node:crypto'
import { writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { createKeyring } from '../engine/keyring.ts'
import { createExpiryJob } from '../engine/jobs/expiry.ts'
import { createMutate } from '../engine/unit-of-work.ts'
import { createJobRunner } from '../jobs/job-runner.ts'
import { openPostgres } from '../storage/sql/postgres.ts'

const [, , url = '', holder = '', skewMs = ''] = process.argv
const systemNow = Date.now
Date.now = () => systemNow() + Number(skewMs)
/** Short, so that what a killed node held is another's soon. */
const leaseMs = 300

const { storage } = await openPostgres({ url, nodeLock: 'shared', random: randomBytes, onWarning: () => {} })
const keyring = createKeyring({ current: randomBytes(32), previous: null })
const mutate = createMutate({ storage, random: randomBytes, keyring, onAnnounced: () => {} })
const job = { ...createExpiryJob({ storage, mutate }), everyMs: 1 }
const onError = (error: unknown): never => {
  throw error
}
const runner = createJobRunner({ storage, jobs: [job], holder, leaseMs, onError })
writeSync(1, 'ready\n')
for (;;) {
  await runner.run(job)
  await sleep(5)
}
