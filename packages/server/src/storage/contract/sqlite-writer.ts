/** Run by sqlite-file.test.ts as a process of its own: adds organizations to the file named by its argument. */
import { randomBytes } from 'node:crypto'
import { writeSync } from 'node:fs'
import { openSqlite } from '../sql/sqlite.ts'
import { sampleOrganization } from './storage-samples.ts'

const say = (line: string): void => {
  writeSync(1, `${line}\n`)
}

const [, , file = ''] = process.argv
const { storage } = await openSqlite({
  file,
  clock: { nowMs: Date.now },
  random: randomBytes,
  onFatal: () => {
    say('fatal')
    process.exit(70)
  },
})
for (let index = 0; ; index += 1) {
  const organization = sampleOrganization({ name: `writer-${index}`, tier: 'x'.repeat(20_000) })
  await storage.transaction('every-organization', async ({ organizations }) => organizations.insert(organization))
  say(organization.name)
}
