import type { Pages } from '@mintmark/sdk'

/** A whole list, or the first of it. */
export async function collect<T>(pages: Pages<T>, limit?: number): Promise<readonly T[]> {
  const items: T[] = []
  if (limit === 0) return items
  for await (const item of pages) {
    items.push(item)
    if (items.length === limit) break
  }
  return items
}
