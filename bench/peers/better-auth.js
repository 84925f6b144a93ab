// Better Auth's api-key plugin on SQLite in memory, its own rate limit on.
import { randomBytes } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { apiKey } from '@better-auth/api-key'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { answerIterations, readSettings, scatter } from '../answer-rounds.js'

const { keys: keyCount } = readSettings()
const auth = betterAuth({
  database: new DatabaseSync(':memory:'),
  secret: randomBytes(32).toString('base64'),
  baseURL: 'http://127.0.0.1',
  emailAndPassword: { enabled: true },
  telemetry: { enabled: false },
  plugins: [apiKey({ rateLimit: { enabled: true, timeWindow: 60_000, maxRequests: 100_000 } })],
})
await (await getMigrations(auth.options)).runMigrations()
const { user } = await auth.api.signUpEmail({
  body: { email: 'ada@example.test', password: randomBytes(16).toString('hex'), name: 'Ada' },
})
const keys = []
while (keys.length < keyCount) {
  const { key } = await auth.api.createApiKey({ body: { userId: user.id, name: `key ${keys.length}` } })
  keys.push(key)
}

const next = scatter(keys.length)
answerIterations(async (iterations) => {
  for (let done = 0; done < iterations; done++) {
    const answer = await auth.api.verifyApiKey({ body: { key: keys[next()] } })
    if (!answer.valid) throw new Error(JSON.stringify(answer.error))
  }
})
