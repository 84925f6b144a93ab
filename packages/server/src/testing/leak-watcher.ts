import { afterAll } from 'vitest'
import type { Exchange } from './exchange.ts'
import { leaksOf } from './leak-rules.ts'

const leaks = new Set<string>()

/** Throws where an answer tells of the inside of the server. */
export async function watchLeaks(exchange: Exchange): Promise<void> {
  // The document speaks of the interface, at length, and says its version.
  if (exchange.path.startsWith('/openapi.json')) return
  // Nor can what others wrote for browsers tell of us.
  if (exchange.path.startsWith('/assets/') && exchange.answer.status === 200) return
  const found = leaksOf(exchange)
  if (found.length === 0) return
  const { method, path, answer } = exchange
  const leak = `${method} ${path} ${answer.status} tells ${found.join(', ')}:\n${answer.text}`
  leaks.add(leak)
  throw new Error(leak)
}

// A suite that takes errors for answers that were lost must not pass over these.
afterAll(() => {
  if (leaks.size > 0) throw new Error([...leaks].slice(0, 5).join('\n\n'))
})
