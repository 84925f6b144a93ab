/** Which methods a path takes, for 405. */
export class RouteTable {
  readonly #routes = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>()

  /** @param url as the router has it, `/v1/api-keys/:id`, `/settings/*` */
  add(method: string | readonly string[], url: string): void {
    const known = this.#routes.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() }
    for (const one of typeof method === 'string' ? [method] : method) known.methods.add(one)
    this.#routes.set(url, known)
  }

  /** Sorted; empty for a path that is no route. */
  methodsFor(url: string): readonly string[] {
    const path = url.split('?', 1)[0] ?? ''
    const methods = new Set<string>()
    for (const route of this.#routes.values()) {
      if (route.pattern.test(path)) for (const method of route.methods) methods.add(method)
    }
    return [...methods].sort()
  }
}

function patternOf(url: string): RegExp {
  const parts = url.split('/').map((part) => {
    if (part === '*') return '.*'
    return part.startsWith(':') ? '[^/]+' : RegExp.escape(part)
  })
  return new RegExp(`^${parts.join('/')}$`)
}
