import { afterAll } from 'vitest'
import type { Exchange } from './exchange.ts'
import { OpenApiDocument } from './openapi-document.ts'
import { OpenApiWatcher } from './openapi-watcher.ts'

const watchers = new Map<string, Promise<OpenApiWatcher | null>>()
/** By document. Nodes that say the same share what was compiled of it: a second of a file's CPU time. */
const compiled = new Map<string, OpenApiWatcher>()
const untruths = new Set<string>()

/** The watcher with a node's own document. Null while the node cannot be asked for it. */
export async function watcherOf(url: string): Promise<OpenApiWatcher | null> {
  const known = watchers.get(url) ?? OpenApiDocument.of(url).then(watcherWith, nullWhereNobodyAnswers)
  watchers.set(url, known)
  const watcher = await known
  if (watcher === null) watchers.delete(url)
  return watcher
}

/** Throws where an answer is not as the node's own `GET /openapi.json` has it. */
export async function watchOpenApi(exchange: Exchange): Promise<void> {
  const watcher = await watcherOf(exchange.url)
  const faults = watcher?.faultsOf(exchange) ?? []
  if (faults.length === 0) return
  const { method, path, answer } = exchange
  const untruth = `openapi.json is not true of ${method} ${path} ${answer.status}:\n${faults.join('\n')}\n${answer.text}`
  untruths.add(untruth)
  throw new Error(untruth)
}

// A suite that takes errors for answers that were lost must not pass over these.
afterAll(() => {
  if (untruths.size > 0) throw new Error([...untruths].slice(0, 5).join('\n\n'))
})

function watcherWith(document: OpenApiDocument): OpenApiWatcher {
  const text = JSON.stringify(document.root)
  const watcher = compiled.get(text) ?? new OpenApiWatcher(document)
  compiled.set(text, watcher)
  return watcher
}

/** `fetch` says so by a TypeError. */
function nullWhereNobodyAnswers(error: unknown): null {
  if (error instanceof TypeError) return null
  throw error
}
