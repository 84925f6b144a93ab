import type { Rest } from './rest.ts'

export type Resource = {
  readonly id: string
  readonly createdAt: string
  readonly updatedAt: string
  readonly [field: string]: string
}

/** What is at one path: `af.sites`. */
export class Collection {
  readonly #rest: Rest
  readonly #path: string

  constructor(rest: Rest, path: string) {
    this.#rest = rest
    this.#path = path
  }

  list(): Promise<readonly Resource[]> {
    return this.#rest.all(this.#path)
  }

  get(id: string): Promise<Resource> {
    return this.#rest.call('GET', this.#pathOf(id))
  }

  create(fields: Readonly<Record<string, string>>): Promise<Resource> {
    return this.#rest.call('POST', this.#path, fields)
  }

  update(id: string, fields: Readonly<Record<string, string>>): Promise<Resource> {
    return this.#rest.call('PATCH', this.#pathOf(id), fields)
  }

  delete(id: string): Promise<void> {
    return this.#rest.call('DELETE', this.#pathOf(id))
  }

  #pathOf(id: string): string {
    return `${this.#path}/${encodeURIComponent(id)}`
  }
}
