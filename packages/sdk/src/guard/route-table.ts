import { readPath, type PathParts } from './request-path.ts'
import { PolicyError, type Policy, type Rule } from './policy.ts'

/** One line of a policy. */
export type GuardedRoute = {
  /** As the policy has it. */
  readonly name: string
  readonly method: string
  readonly rule: Rule
  readonly parts: readonly RoutePart[]
}

type RoutePart = { readonly text: string; readonly isParameter: boolean }

/** A request's route, or the methods that its path takes; none for a path that the policy lacks. */
export type Match =
  | { readonly route: GuardedRoute; readonly params: Readonly<Record<string, string>> }
  | { readonly route: null; readonly methods: readonly string[] }

const lineForm = /^(?<method>GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) (?<path>\/.*)$/
const prefixForm = /^(?:\/[^/]+)*$/
const parameterForm = /^:[A-Za-z_][A-Za-z0-9_]*$/
/** What every router takes as it stands: no `*`, `+`, `(`, which begin a pattern to some. */
const nameForm = /^[A-Za-z0-9\-._~!$&',=@][A-Za-z0-9\-._~!$&',=:@]*$/

/** Which route of a policy a request is for. */
export class RouteTable {
  /** By the number of parts, those with names before parameters first. */
  readonly #byLength = new Map<number, readonly GuardedRoute[]>()

  /**
   * Throws `PolicyError`.
   *
   * @param prefix what precedes every path of the policy: `/api/v1`, or nothing
   */
  constructor(policy: Policy, prefix: string) {
    const mistakes = prefixForm.test(prefix) ? [] : [`the prefix ${JSON.stringify(prefix)}: write it as /api/v1`]
    const routes = Object.entries(policy).flatMap(([name, rule]) => readLine(name, rule, prefix, mistakes) ?? [])
    for (const [index, route] of routes.entries()) {
      const rival = routes.slice(0, index).find((other) => isRival(route, other))
      if (rival !== undefined) mistakes.push(`${route.name}: a request can be for it and for ${rival.name} alike`)
    }
    if (mistakes.length > 0) throw new PolicyError(mistakes)
    for (const route of routes) {
      const { length } = route.parts
      this.#byLength.set(length, [...(this.#byLength.get(length) ?? []), route].sort(byNamesFirst))
    }
  }

  get routes(): readonly GuardedRoute[] {
    return [...this.#byLength.values()].flat()
  }

  /** @param target path and query, as the router behind the guard gets it */
  find(method: string, target: string): Match {
    const path = readPath(target)
    if (path === null) return unknownPath
    const routes = (this.#byLength.get(path.raw.length) ?? []).filter((route) => isFor(route, path.raw))
    const route = firstOf(routes, method)
    if (route === undefined) return { route: null, methods: methodsOf(routes) }
    return this.#isLookAlike(route, method, path) ? unknownPath : { route, params: paramsOf(route, path) }
  }

  /**
   * Whether a router that is careless of case would give this path to another route: `/files/PUBLIC` is `/files/:id` to
   * one and `/files/public` to another.
   */
  #isLookAlike(route: GuardedRoute, method: string, { decoded }: PathParts): boolean {
    if (!route.parts.some(({ isParameter }) => isParameter)) return false
    const routes = (this.#byLength.get(decoded.length) ?? []).filter((other) => isNearlyFor(other, decoded))
    return firstOf(routes, method) !== route
  }
}

const unknownPath: Match = { route: null, methods: [] }

function readLine(name: string, rule: Rule, prefix: string, mistakes: string[]): GuardedRoute | null {
  const { method, path } = lineForm.exec(name)?.groups ?? {}
  if (method === undefined || path === undefined) {
    mistakes.push(`${name}: write a method and a path, such as GET /sites/:id`)
    return null
  }
  const whole = path === '/' && prefix !== '' ? prefix : `${prefix}${path}`
  const texts = whole === '/' ? [] : whole.slice(1).split('/')
  const wrong = texts.find((text) => !parameterForm.test(text) && (!nameForm.test(text) || /^\.\.?$/.test(text)))
  if (wrong !== undefined) {
    mistakes.push(`${name}: ${JSON.stringify(wrong)} is neither a name in plain characters nor a parameter like :id`)
    return null
  }
  const parameters = texts.filter((text) => text.startsWith(':'))
  if (new Set(parameters).size < parameters.length) mistakes.push(`${name}: a parameter is there twice`)
  const parts = texts.map((text) => {
    const isParameter = text.startsWith(':')
    return { text: isParameter ? text.slice(1) : text, isParameter }
  })
  return { name, method, rule, parts }
}

/** Names before parameters, from the left. */
function byNamesFirst(one: GuardedRoute, other: GuardedRoute): number {
  const index = one.parts.findIndex((part, at) => part.isParameter !== other.parts[at]?.isParameter)
  if (index === -1) return 0
  return one.parts[index]?.isParameter === true ? 1 : -1
}

/** Whether a path could be for both, to a router that is careless of case, and neither has more names than the other. */
function isRival(one: GuardedRoute, other: GuardedRoute): boolean {
  if (one.method !== other.method || one.parts.length !== other.parts.length) return false
  const pairs = one.parts.map((part, index) => [part, other.parts[index] as RoutePart] as const)
  const areApart = pairs.some(
    ([a, b]) => !a.isParameter && !b.isParameter && a.text.toLowerCase() !== b.text.toLowerCase(),
  )
  if (areApart) return false
  const isNarrower = pairs.some(([a, b]) => !a.isParameter && b.isParameter)
  const isWider = pairs.some(([a, b]) => a.isParameter && !b.isParameter)
  return isNarrower === isWider
}

function isFor({ parts }: GuardedRoute, texts: readonly string[]): boolean {
  return parts.every(({ isParameter, text }, index) => isParameter || text === texts[index])
}

function isNearlyFor({ parts }: GuardedRoute, texts: readonly string[]): boolean {
  return parts.every(({ isParameter, text }, index) => {
    return isParameter || text.toLowerCase() === texts[index]?.toLowerCase()
  })
}

/** HEAD is GET without content (RFC 9110 section 9.3.2), unless the policy names it. */
function firstOf(routes: readonly GuardedRoute[], method: string): GuardedRoute | undefined {
  const found = routes.find((route) => route.method === method)
  return found === undefined && method === 'HEAD' ? routes.find((route) => route.method === 'GET') : found
}

/** Sorted, as `Allow` has them. */
function methodsOf(routes: readonly GuardedRoute[]): readonly string[] {
  const methods = new Set(routes.map(({ method }) => method))
  if (methods.has('GET')) methods.add('HEAD')
  return [...methods].sort()
}

function paramsOf({ parts }: GuardedRoute, { decoded }: PathParts): Readonly<Record<string, string>> {
  const named = parts.flatMap(({ isParameter, text }, index) => (isParameter ? [[text, decoded[index] ?? '']] : []))
  return Object.fromEntries(named) as Readonly<Record<string, string>>
}
