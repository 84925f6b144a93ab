import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { shownFiles } from './testing/gateway.ts'
import { gatewayContract } from './testing/gateway-stage.ts'
import { contractEnv } from './testing/contract-file.ts'
import { createOrganization, startEmbedded, type Installation } from './testing/installation.ts'
import { expectCall } from './testing/client.ts'
import { plainRequest, type PlainAnswer } from './testing/plain-request.ts'

/** What the gateways that do not run here would ask and hand on, by their recipes, of a Mintmark that does. */
let installation: Installation
let admin: string
let viewer: string

beforeAll(async () => {
  installation = await startEmbedded({ env: contractEnv(gatewayContract('problem')) })
  const organization = await createOrganization(installation)
  const { url, operatorKey: key } = installation
  const mint = async (role: string): Promise<string> => {
    const body = { name: role, owner: 'organization', role }
    const headers = organization.acting()
    return (await expectCall(201, url, 'POST', '/v1/api-keys', { key, headers, body })).key
  }
  admin = await mint('admin')
  viewer = await mint('viewer')
})

afterAll(() => installation.remove())

async function ask(target: string, key: string, method = 'GET'): Promise<PlainAnswer> {
  return plainRequest(installation.url, { method, target, headers: { 'X-API-Key': key } })
}

async function statuses(target: string, method = 'GET'): Promise<readonly number[]> {
  const answers = [await ask(target, admin, method), await ask(target, viewer, method), await ask(target, 'x', method)]
  return answers.map(({ status }) => status)
}

async function identityHeaders(): Promise<readonly string[]> {
  const { status, headers } = await ask('/v1/forward-auth', admin)
  expect(status).toBe(200)
  return Object.keys(headers).filter((name) => name.startsWith('x-mintmark-'))
}

/** The path and query of an address at which the page's reader has his Mintmark. */
function targetOf(address: string): string {
  const { host, pathname, search } = new URL(address)
  expect(host).toBe('mintmark:6468')
  return `${pathname}${search}`
}

test('every page names the headers that there are', async () => {
  const names = await identityHeaders()
  expect(names).toHaveLength(7)
  for (const page of ['nginx.md', 'caddy.md', 'kubernetes.md']) {
    const shown = [...shownFiles(page).values()].join('\n').toLowerCase()
    for (const name of names) expect(shown, page).toContain(name)
  }
})

describe('Traefik', () => {
  type Router = { readonly rule: string; readonly middlewares: readonly string[]; readonly service: string }
  type ForwardAuth = { readonly address: string; readonly authResponseHeadersRegex: string }
  type Configuration = {
    readonly http: {
      readonly middlewares: Readonly<Record<string, { readonly forwardAuth?: ForwardAuth }>>
      readonly routers: Readonly<Record<string, Router>>
      readonly services: object
    }
  }
  const [shown = ''] = shownFiles('traefik.md').values()
  const { http }: Configuration = parse(shown)

  test.each([
    ['may-read-sites', [200, 200, 401]],
    ['may-write-sites', [200, 403, 401]],
  ])('asks by %s what it says', async (name, expected) => {
    const { forwardAuth } = http.middlewares[name] ?? {}
    expect(await statuses(targetOf(forwardAuth?.address ?? ''))).toEqual(expected)
  })

  test('hands on every header, and drops what a client made up', async () => {
    const canonical = (name: string) => name.replaceAll(/(?:^|-)[a-z]/g, (letter) => letter.toUpperCase())
    for (const { forwardAuth } of Object.values(http.middlewares)) {
      if (forwardAuth === undefined) continue
      const copied = new RegExp(forwardAuth.authResponseHeadersRegex)
      for (const name of await identityHeaders()) expect(canonical(name)).toMatch(copied)
      expect('Authorization').not.toMatch(copied)
    }
  })

  test('asks on every router, after the path was judged and before the credential goes', () => {
    const routers = Object.values(http.routers)
    expect(routers).toHaveLength(2)
    for (const { middlewares, service } of routers) {
      expect(middlewares).toEqual(['unambiguous-path', expect.stringMatching(/^may-/), 'without-credential'])
      for (const name of middlewares) expect(Object.keys(http.middlewares)).toContain(name)
      expect(Object.keys(http.services)).toContain(service)
    }
  })
})

describe('Envoy', () => {
  type Pattern = { readonly prefix?: string; readonly exact?: string }
  type HttpService = {
    readonly path_override: string
    readonly authorization_response?: Readonly<Record<string, { readonly patterns: readonly Pattern[] }>>
  }
  type Route = {
    readonly match: { readonly safe_regex: { readonly regex: string }; readonly headers?: readonly object[] }
    readonly typed_per_filter_config: Readonly<
      Record<string, { readonly check_settings: { readonly http_service: HttpService } }>
    >
  }
  const [shown = ''] = shownFiles('envoy.md').values()
  const configuration = parse(shown)
  const [listener] = configuration.static_resources.listeners
  const manager = listener.filter_chains[0].filters[0].typed_config
  const [filter] = manager.http_filters
  const routes: readonly Route[] = manager.route_config.virtual_hosts[0].routes
  const serviceOf = (route: Route | undefined): HttpService | undefined =>
    route?.typed_per_filter_config[filter.name]?.check_settings.http_service

  test('refuses everybody on a route that says nothing of its own', async () => {
    const { path_override: target } = filter.typed_config.http_service
    expect(await statuses(target)).toEqual([400, 400, 401])
  })

  test.each([
    [0, 'GET', [200, 200, 401]],
    [0, 'HEAD', [200, 200, 401]],
    [1, 'POST', [200, 403, 401]],
    [1, 'DELETE', [200, 403, 401]],
  ])('asks on route %i, with the client’s own method %s, what it says', async (index, method, expected) => {
    expect(await statuses(serviceOf(routes[index])?.path_override ?? '', method)).toEqual(expected)
  })

  test('sends both kinds of credential, hands on every header, and shows the limit', async () => {
    const sent: readonly Pattern[] = filter.typed_config.allowed_headers.patterns
    expect(sent.map(({ exact }) => exact)).toEqual(['authorization', 'x-api-key', 'x-forwarded-for'])
    const accepted = await ask('/v1/forward-auth', admin)
    for (const route of routes) {
      const response = serviceOf(route)?.authorization_response ?? {}
      const matching = (list: string) => (name: string) =>
        response[list]?.patterns.some(({ prefix = '-' }) => name.startsWith(prefix))
      expect((await identityHeaders()).filter(matching('allowed_upstream_headers'))).toHaveLength(7)
      expect(Object.keys(accepted.headers).filter(matching('allowed_client_headers_on_success'))).toHaveLength(5)
    }
  })

  test('takes the paths that the other pages take', () => {
    for (const { match } of routes) {
      const regex = new RegExp(`^(?:${match.safe_regex.regex})$`)
      for (const path of ['/sites', '/sites/', '/sites/1/pages']) expect(path).toMatch(regex)
      for (const path of ['/', '/sitesx', '/other/sites', '/Sites']) expect(path).not.toMatch(regex)
    }
    expect(routes.map(({ match }) => match.headers?.length)).toEqual([1, undefined])
  })
})
