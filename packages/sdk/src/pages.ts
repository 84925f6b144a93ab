/** One page of a list. */
export type Page<T> = {
  readonly data: readonly T[]
  /** Null on the last page. */
  readonly nextCursor: string | null
}

/** A list: `for await (const item of list)` reads all of it, page by page as it is needed. */
export class Pages<T> implements AsyncIterable<T> {
  readonly #read: (cursor: string | null) => Promise<Page<T>>

  constructor(read: (cursor: string | null) => Promise<Page<T>>) {
    this.#read = read
  }

  /** One page: the first, or the one that the `nextCursor` of another names. */
  page(cursor: string | null = null): Promise<Page<T>> {
    return this.#read(cursor)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    let cursor: string | null = null
    do {
      const { data, nextCursor }: Page<T> = await this.#read(cursor)
      yield* data
      if (nextCursor !== null && nextCursor === cursor) throw new Error('The list leads back to the same page.')
      cursor = nextCursor
    } while (cursor !== null)
  }
}

/** A list by the operation that reads one page of it: with this query, and the cursor of the page. */
export function listBy<Q extends object, T>(
  query: Q,
  read: (query: Q & { readonly cursor?: string }) => Promise<Page<T>>,
): Pages<T> {
  return new Pages((cursor) => read({ ...query, ...(cursor !== null && { cursor }) }))
}
