import { assert, asyncProperty } from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { GuardOptions } from './guard/guard.ts'
import type { Mintmark } from './mintmark.ts'
import { frameworks, type ServedApplication } from './testing/guarded-application.ts'
import { policy, routes } from './testing/guarded-policy.ts'
import { bearer, rawRequest, type HeaderLines } from './testing/raw-request.ts'
import { spellingOf } from './testing/spellings.ts'
import { servingMintmark, type ServedMintmark } from './testing/served-mintmark.ts'

const limitNames = ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset', 'ratelimit-policy', 'ratelimit']

describe.each(frameworks)('the guard of $name', ({ serve }) => {
  describe.each(['in this process', 'remote'] as const)('with Mintmark %s', (place) => {
    const serveMintmark = servingMintmark()
    const closings: (() => Promise<void>)[] = []
    let mintmark: ServedMintmark
    let acting: Mintmark
    let application: ServedApplication
    let keys: Readonly<Record<'admin' | 'member' | 'web' | 'test' | 'revoked', string>>

    const verifierOf = ({ engine, operator }: ServedMintmark): GuardOptions['verifier'] =>
      place === 'remote' ? operator : engine

    const guarding = async (options: GuardOptions): Promise<ServedApplication> => {
      const served = await serve(options, routes)
      closings.push(() => served.close())
      return served
    }

    const mint = async (role: string, body: object = {}): Promise<string> =>
      (await acting.keys.create({ name: 'ci', owner: 'organization', role, ...body })).key

    const call = (line: string, headers: HeaderLines = bearer(keys.admin)) => rawRequest(application.url, line, headers)

    beforeAll(async () => {
      mintmark = await serveMintmark()
      acting = await mintmark.organization({ rateLimit: { limit: 100_000, windowSeconds: 60 } })
      for (const id of ['web', 'api']) await acting.projects.create({ id, name: id })
      const revoked = await acting.keys.create({ name: 'ci', owner: 'organization', role: 'admin' })
      await acting.keys.revoke(revoked.id)
      keys = {
        admin: await mint('admin'),
        member: await mint('member'),
        web: await mint('admin', { scope: 'project', projectId: 'web' }),
        test: await mint('admin', { environment: 'test' }),
        revoked: revoked.key,
      }
      application = await guarding({ verifier: verifierOf(mintmark), policy })
    })
    afterAll(async () => {
      for (const close of closings.splice(0)) await close()
    })

    describe('who may', () => {
      test('gets to the handler, which is told who calls', async () => {
        const { status, body } = await call('GET /files/7')
        expect(status).toBe(200)
        expect(body).toEqual({
          handler: 'GET /files/:id',
          context: {
            key: expect.objectContaining({ name: 'ci', role: 'admin', scope: 'organization' }),
            session: null,
            organizationId: expect.stringMatching(/^org_/),
            projectId: null,
            environment: 'live',
            permissions: expect.arrayContaining(['projects:read', 'projects:delete']),
            role: 'admin',
          },
        })
      })

      test('may be a member with a session token, who has no window', async () => {
        const { organizationId } = (await call('GET /files/7')).body.context
        const { token } = await mintmark.operator.sessions.create({ organizationId, userId: 'member' })
        const { status, body, headers } = await call('GET /files/7', { 'x-api-key': token })
        expect(status).toBe(200)
        expect(body.context).toMatchObject({
          key: null,
          session: { userId: 'member' },
          environment: null,
          role: 'member',
        })
        expect(limitNames.filter((name) => name in headers)).toEqual([])
      })

      test('may use either header, and any case of the scheme', async () => {
        for (const headers of [{ 'x-api-key': keys.admin }, { authorization: `bearer  ${keys.admin}` }]) {
          expect((await call('GET /files/7', headers)).status).toBe(200)
        }
      })
    })

    describe('refusals', () => {
      /** Status and reason. */
      const refusal = async (line: string, headers?: HeaderLines) => {
        const { status, body } = await call(line, headers)
        return [status, body?.reason]
      }

      test.each([
        ['no credential', {}, 401, 'missing_key'],
        ['an empty one', { 'x-api-key': '' }, 401, 'missing_key'],
        ['another scheme', { authorization: 'Basic abc' }, 401, 'missing_key'],
        ['one that is no key', { authorization: 'Bearer nonsense' }, 401, 'invalid_key'],
        ['a credential in a cookie', { cookie: 'authorization=Bearer x' }, 401, 'missing_key'],
      ] as const)('%s', async (_, headers, status, reason) => {
        expect(await refusal('GET /files/7', headers)).toEqual([status, reason])
      })

      test('a key that was revoked, that lacks the permission, or the role', async () => {
        expect(await refusal('GET /files/7', bearer(keys.revoked))).toEqual([401, 'key_revoked'])
        expect(await refusal('DELETE /files/7', bearer(keys.member))).toEqual([403, 'forbidden'])
        expect(await refusal('POST /approvals/7', bearer(keys.member))).toEqual([403, 'forbidden'])
        expect((await call('POST /approvals/7', bearer(keys.member))).body.message).toBe(
          'Missing projects:read permission.',
        )
        expect((await call('POST /approvals/7')).body.handler).toBe('POST /approvals/:id')
      })

      test('two credentials, or one header twice', async () => {
        const one = `Bearer ${keys.admin}`
        for (const headers of [
          { authorization: one, 'x-api-key': keys.member },
          { authorization: [one, one] },
          { 'x-api-key': [keys.admin, keys.member] },
        ]) {
          expect(await refusal('GET /files/7', headers)).toEqual([400, 'ambiguous_credentials'])
        }
        const same = { authorization: one, 'x-api-key': keys.admin }
        expect((await call('GET /files/7', same)).status).toBe(200)
      })

      test('any of several permissions, or all', async () => {
        expect((await call('GET /either', bearer(keys.member))).status).toBe(200)
        expect(await refusal('GET /both', bearer(keys.member))).toEqual([403, 'forbidden'])
        expect((await call('GET /both')).status).toBe(200)
      })

      test('the other environment', async () => {
        expect((await call('GET /live', bearer(keys.test))).body.message).toBe(
          'This key belongs to the test environment.',
        )
        expect((await call('GET /live')).status).toBe(200)
      })
    })

    describe('a project-scoped key', () => {
      const asWeb = (line: string) => call(line, bearer(keys.web))

      test('may what is of its project by the path, whatever else the path says', async () => {
        expect((await asWeb('GET /projects/web/entries')).body.context.projectId).toBe('web')
        for (const id of ['api', 'none', 'WEB', 'a%20b', 'x'.repeat(65)]) {
          const { status, body } = await asWeb(`GET /projects/${id}/entries`)
          expect([id, status, body.reason]).toEqual([id, 403, 'scope_violation'])
        }
        expect((await call('GET /projects/a%20b/entries')).status).toBe(200)
      })

      test('may what is of its project by what the rule finds out; all else is not there', async () => {
        expect((await asWeb('PATCH /entries/entry-1')).status).toBe(200)
        const [foreign, absent] = [await asWeb('PATCH /entries/entry-2'), await asWeb('PATCH /entries/entry-3')]
        expect([foreign.status, absent.status]).toEqual([404, 404])
        const same = (text: string): string => text.replace(/"requestId":"[^"]*"/, '')
        expect(same(foreign.text)).toBe(same(absent.text))
        expect((await call('PATCH /entries/entry-3')).status).toBe(200)
      })

      test('is refused where nobody can say, and where the whole organization is meant', async () => {
        expect((await asWeb('PUT /entries/entry-1')).body.reason).toBe('scope_violation')
        expect((await asWeb('GET /entries')).body.reason).toBe('scope_violation')
        expect((await call('PUT /entries/entry-1')).status).toBe(200)
      })

      test('is told to the handler where that filters', async () => {
        expect((await asWeb('GET /links')).body.context.projectId).toBe('web')
      })
    })

    describe('paths', () => {
      test.each([
        'GET /private',
        'GET /files',
        'GET /files/',
        'GET /files/7/',
        'GET //files/7',
        'GET /files//7',
        'GET /files/7//versions/1',
        'GET /FILES/7',
        'GET /files/PUBLIC',
        'GET /files/Public',
        'GET /files/pub%6Cic',
        'GET /files/7/versions/LATEST',
        'GET /files/%2e%2e/private',
        'GET /files/../private',
        'GET /files/7%2F',
        'GET /files/a%2Fb',
        'GET /files/a%5Cb',
        'GET /files/public;x',
        'GET /files/public%3Bx',
        'GET /files/public%00',
        'GET /files/%2570ublic',
        'GET /files/%FF',
        'GET /%66iles/7',
        'GET /files/%37',
        'GET /files/7#x',
      ])('%s is no route', async (line) => {
        const { status, body } = await call(line)
        expect([status, body?.handler]).toEqual([expect.toSatisfy((code) => code === 404 || code === 400), undefined])
      })

      test.each(['GET http://127.0.0.1/files/7', 'GET \\\\files\\\\7', 'GET /files/./7', 'OPTIONS *'])(
        '%s reaches no handler but the one that it may be meant for',
        async (line) => {
          const { status, body } = await call(line).catch(() => ({ status: 400, body: null }))
          if (status === 200) expect(body.handler).toBe('GET /files/:id')
          else expect(status).toBeGreaterThanOrEqual(400)
        },
      )

      test('may have parameters of any characters, decoded once, and a query of any', async () => {
        for (const path of [
          '/files/a%20b',
          '/files/%C3%A9',
          '/files/a@b:c',
          '/files/7?path=/private&x=//',
          '/files/%40',
        ]) {
          expect((await call(`GET ${path}`)).body?.handler).toBe('GET /files/:id')
        }
      })

      test('names go before parameters', async () => {
        expect((await call('GET /files/public', bearer(keys.member))).body.handler).toBe('GET /files/public')
        expect((await call('GET /files/7/versions/latest', bearer(keys.member))).status).toBe(403)
        expect((await call('GET /files/7/versions/1', bearer(keys.member))).status).toBe(200)
      })

      test('HEAD is GET without content', async () => {
        const { status, text, headers } = await call('HEAD /files/7')
        expect([status, text, headers['x-ratelimit-limit']]).toEqual([200, '', '100000'])
        const refused = await call('HEAD /private')
        expect([refused.status, refused.text]).toEqual([404, ''])
        expect((await call('HEAD /files/7/versions/latest', bearer(keys.member))).status).toBe(403)
      })

      test('another method is refused, with those that there are', async () => {
        for (const method of ['POST', 'PUT', 'OPTIONS']) {
          const { status, headers, body } = await call(`${method} /files/7`)
          expect([status, headers['allow'], body.reason]).toEqual([405, 'DELETE, GET, HEAD', 'method_not_allowed'])
        }
        expect((await call('POST /files/public')).status).toBe(405)
        expect((await call('OPTIONS /private')).status).toBe(404)
      })

      test('nobody learns of routes without a credential', async () => {
        for (const line of ['GET /private', 'PUT /files/7', 'OPTIONS /files/7', 'GET //files/7']) {
          expect((await call(line, {})).body.reason).toBe('missing_key')
        }
      })

      test('no header changes which route is meant', async () => {
        const spoofs = {
          'x-http-method-override': 'DELETE',
          'x-original-url': '/private',
          'x-rewrite-url': '/private',
          'x-forwarded-prefix': '/files',
          'x-middleware-subrequest': 'middleware',
        }
        const { body } = await call('GET /files/7', { ...bearer(keys.member), ...spoofs })
        expect(body.handler).toBe('GET /files/:id')
      })
    })

    test(
      'no spelling of any path reaches a handler whose rule its caller does not meet',
      { timeout: 120_000 },
      async () => {
        /** What a member's key may by the policy. */
        const allowed = new Set([
          'GET /files/public',
          'GET /files/:id',
          'GET /files/:id/versions/:version',
          'GET /projects/:projectId/entries',
          'PATCH /entries/:id',
          'PUT /entries/:id',
          'GET /entries',
          'GET /links',
          'GET /either',
          'GET /live',
          'GET /dear',
          'GET /free',
          'GET /fails',
        ])
        await assert(
          asyncProperty(spellingOf(routes), async (line) => {
            const { body } = await call(line, bearer(keys.member)).catch(() => ({ body: null }))
            const handler: string | undefined = body?.handler
            expect(handler === undefined || allowed.has(handler), `${line} reached ${handler}`).toBe(true)
          }),
          { numRuns: place === 'remote' ? 300 : 1_500 },
        )
      },
    )

    describe('limits', () => {
      const limited = async (limit: number): Promise<HeaderLines> => {
        const rateLimit = { limit, windowSeconds: 60 }
        return bearer((await acting.keys.create({ name: 'few', owner: 'organization', role: 'admin', rateLimit })).key)
      }
      const limitsOf = ({ headers }: { readonly headers: Readonly<Record<string, string | undefined>> }) =>
        ['x-ratelimit-limit', 'x-ratelimit-remaining', 'ratelimit-policy'].map((name) => headers[name])

      test('every answer tells what is left, whoever makes it', async () => {
        const headers = await limited(10)
        const lines = ['GET /files/7', 'DELETE /entries', 'GET /private', 'GET /absent', 'GET /fails', 'HEAD /files/7']
        const answers: unknown[] = []
        for (const line of lines) {
          const answer = await call(line, headers)
          answers.push([answer.status, ...limitsOf(answer)])
        }
        const policyField = '"default";q=10;w=60'
        expect(answers).toEqual([
          [200, '10', '9', policyField],
          [405, '10', '8', policyField],
          [404, '10', '7', policyField],
          [404, '10', '6', policyField],
          [500, '10', '5', policyField],
          [200, '10', '4', policyField],
        ])
      })

      test('costs are what the rule says; beyond the limit is 429 with the time to wait', async () => {
        const headers = await limited(10)
        expect(limitsOf(await call('GET /dear', headers))[1]).toBe('5')
        expect(limitsOf(await call('GET /free', headers))[1]).toBe('5')
        expect(limitsOf(await call('GET /dear', headers))[1]).toBe('0')
        const refused = await call('GET /dear', headers)
        expect([refused.status, refused.body.reason, limitsOf(refused)[1]]).toEqual([429, 'rate_limit', '0'])
        expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1)
        expect((await call('GET /free', headers)).status).toBe(200)
      })

      test('a cost that can never be paid is told as it is', async () => {
        const { status, body } = await call('GET /dear', await limited(4))
        expect([status, body.reason]).toEqual([400, 'invalid_request'])
      })
    })
  })
})
