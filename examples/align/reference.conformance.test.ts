import { promise } from '@mintmark/example-conformance'
import { describe, expect } from 'vitest'
import { openBrowser, openPage } from '../../e2e/testing/browser.ts'
import { describeWithProgram, findChromium } from '../../packages/server/src/testing/find-program.ts'
import { AlignStage } from './testing/align-stage.ts'

const ofThePage = [
  'GET /me',
  'GET /projects',
  'POST /projects',
  'DELETE /projects/{projectId}',
  'GET /projects/{projectId}/entries',
  'POST /projects/{projectId}/entries',
  'GET /projects/{projectId}/time-entries',
  'POST /projects/{projectId}/time-entries',
  'GET /time-entries',
  'PATCH /time-entries/{id}',
  'POST /time-entries/{id}/approve',
  'POST /time-entries/{id}/reject',
  'POST /time-entries/{id}/unlock',
  'GET /users',
  'POST /users/invite',
  'GET /webhooks',
  'POST /webhooks',
  'GET /integration-links',
  'GET /audit-events',
  'GET /search',
]

describe('Align: the reference', () => {
  const align = new AlignStage()

  promise('AL-9', 'has every endpoint, with schemas of what is sent and answered', async () => {
    const { status, body } = await align.call('GET', '/openapi.json')
    expect([status, body.openapi]).toEqual([200, '3.1.0'])
    for (const endpoint of ofThePage) {
      const [method = '', path = ''] = endpoint.split(' ')
      const operation = body.paths[`/api/v1${path}`]?.[method.toLowerCase()]
      expect(operation, endpoint).toBeDefined()
      const written = operation.requestBody?.content['application/json'].schema
      const isBare = /approve|reject|unlock/.test(path)
      if (method === 'PATCH' || (method === 'POST' && !isBare)) expect(written, endpoint).toBeDefined()
      const answers = ['200', '201'].flatMap(
        (code) => operation.responses[code]?.content['application/json'].schema ?? [],
      )
      if (method !== 'DELETE') expect(answers, endpoint).toHaveLength(1)
    }
  })

  promise('AL-9', 'is whole: whatever it refers to is in it', async () => {
    const { text, body } = await align.call('GET', '/openapi.json')
    const references = new Set([...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path ?? ''))
    expect(references.size).toBeGreaterThan(20)
    for (const path of references) {
      const found = path.split('/').reduce((value, part) => value?.[part], body)
      expect(found, path).toBeDefined()
    }
  })

  promise('AL-9', 'tells nobody of what is the operator’s alone', async () => {
    const { paths, components } = (await align.call('GET', '/openapi.json')).body
    expect(JSON.stringify(Object.keys(paths))).not.toMatch(/operator-keys|verify|organizations|import|sessions/)
    expect(JSON.stringify(paths)).not.toMatch(/"Mintmark-(?:Organization|User)"/)
    expect(Object.keys(components.schemas).filter((name) => /Operator|Verdict|Session|Contract/.test(name))).toEqual([])
  })

  describeWithProgram('Chromium', findChromium, 'in a browser', () => {
    promise('AL-9', 'Try-It sends a request with one’s own key, and shows what was answered', async () => {
      const { key, id } = await align.mint({ name: 'pasted' })
      const browser = await openBrowser()
      try {
        const watched = await openPage(browser, `${align.running.url}/api/v1/reference#tag/keys/GET/api/v1/me`)
        const { page } = watched
        await page.getByPlaceholder('Token').first().fill(key)
        await page.getByRole('button', { name: 'Test Request (get /api/v1/me)' }).click()
        const answered = page.waitForResponse((response) => response.url() === `${align.running.url}/api/v1/me`)
        await page.getByRole('button', { name: /^Send Request/ }).click()
        const answer = await answered
        expect(answer.status()).toBe(200)
        expect(await answer.json()).toMatchObject({ apiKeyId: id, keyName: 'pasted' })
        await page.getByText(id).first().waitFor()
        expect([watched.outside, watched.complaints]).toEqual([[], []])
        expect(await watched.kept()).not.toContain(key)
      } finally {
        await browser.close()
      }
    })
  })
})
