// What a team writes in an afternoon: SHA-256 of the key, a Map of records, rate-limiter-flexible in memory.
import { createHash, randomBytes } from 'node:crypto'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { answerIterations, readSettings, scatter } from '../answer-rounds.js'

const { keys: keyCount } = readSettings()
const limiter = new RateLimiterMemory({ points: 100_000, duration: 60 })
const records = new Map()
const keys = Array.from({ length: keyCount }, (_, index) => {
  const key = `mk_live_${randomBytes(24).toString('base64url').slice(0, 38)}`
  records.set(createHash('sha256').update(key).digest('hex'), {
    id: `key_${index}`,
    revokedAt: null,
    expiresAt: null,
    permissions: new Set(['projects:read', 'users:read', 'usage:read']),
  })
  return key
})

async function verify(key, permission) {
  const record = records.get(createHash('sha256').update(key).digest('hex'))
  if (record === undefined) return { valid: false, reason: 'invalid_key' }
  if (record.revokedAt !== null) return { valid: false, reason: 'key_revoked' }
  if (record.expiresAt !== null && record.expiresAt <= Date.now()) return { valid: false, reason: 'key_expired' }
  if (!record.permissions.has(permission)) return { valid: false, reason: 'forbidden' }
  try {
    const limit = await limiter.consume(record.id)
    return { valid: true, key: record, remaining: limit.remainingPoints, resetMs: limit.msBeforeNext }
  } catch {
    return { valid: false, reason: 'rate_limit' }
  }
}

const next = scatter(keys.length)
answerIterations(async (iterations) => {
  for (let done = 0; done < iterations; done++) {
    const answer = await verify(keys[next()], 'projects:read')
    if (!answer.valid) throw new Error(answer.reason)
  }
})
