import type { Page } from 'playwright-core'
import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { describeWithProgram, findChromium } from '../../packages/server/src/testing/find-program.ts'
import { openWebhookReceiver, type WebhookReceiver } from '../../packages/server/src/testing/webhook-receiver.ts'
import { DashboardStage } from '../testing/dashboard-stage.ts'
import { review, reviewMs } from '../testing/page-review.ts'
import { hasRun, scriptCorpus } from '../testing/script-corpus.ts'

const path = '/settings/developer/webhooks'

describeWithProgram('Chromium', findChromium, 'the webhooks pages', () => {
  let stage: DashboardStage
  let receiver: WebhookReceiver
  beforeAll(async () => {
    stage = await DashboardStage.start({ env: { MINTMARK_WEBHOOK_ALLOW_NETWORKS: '127.0.0.0/8' } })
    receiver = await openWebhookReceiver()
  })
  afterEach(() => stage?.closePages())
  afterAll(async () => {
    await stage?.remove()
    await receiver?.close()
  })

  const create = async (page: Page, url: string): Promise<string> => {
    await page.getByRole('button', { name: 'Create webhook' }).first().click()
    await page.getByRole('textbox', { name: 'Address' }).fill(url)
    await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click()
    return page.getByLabel('Secret', { exact: true }).inputValue()
  }
  const keep = async (page: Page): Promise<void> => {
    await page.getByRole('checkbox', { name: 'I have stored it' }).check()
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }

  test('show a secret once, which nothing closes by accident, and keep it nowhere', async () => {
    const { admin } = await stage.people('admin')
    const watched = await stage.open(admin, path)
    const { page, complaints } = watched
    const asked: string[] = []
    const secret = await create(page, `${receiver.url}/once`)
    expect(secret).toMatch(/^whsec_/)
    page.on('request', (request) => asked.push(`${request.url()} ${request.postData() ?? ''}`))
    await page.keyboard.press('Escape')
    await page.mouse.click(5, 400)
    expect(await page.getByRole('button', { name: 'Done' }).isDisabled()).toBe(true)
    expect(await page.getByLabel('Secret', { exact: true }).inputValue()).toBe(secret)
    await keep(page)
    await page.getByRole('link', { name: `${receiver.url}/once` }).click()
    await page.getByText('Nothing was sent yet').waitFor()
    await page.goBack()
    await page.getByRole('link', { name: `${receiver.url}/once` }).waitFor()
    const inputs = await page.locator('input').evaluateAll((all) => all.map((one) => (one as { value?: string }).value))
    expect(`${await page.content()}${inputs.join()}${await watched.kept()}${asked.join()}`).not.toContain(secret)
    expect(asked.length).toBeGreaterThan(0)
    expect(complaints).toEqual([])
  })

  test('send a test, show what was answered, send it again, and rotate the secret', async () => {
    const { admin } = await stage.people('admin')
    const { page } = await stage.open(admin, path)
    const url = `${receiver.url}/again`
    const first = await create(page, url)
    await keep(page)
    let answers = 0
    receiver.answerWith((received, response) => {
      if (received.path !== new URL(url).pathname) return 204
      answers += 1
      response.writeHead(answers === 1 ? 400 : 200).end(`answer ${answers}`)
      return null
    })
    await page.getByRole('link', { name: url }).click()
    await page.getByRole('button', { name: 'Send a test' }).click()
    await page.getByRole('cell', { name: '400' }).waitFor()
    await page.getByRole('button', { name: 'Details: webhook.test' }).click()
    await page.getByText('answer 1', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Send again' }).click()
    await page.getByText('Delivered').waitFor()
    await page.getByRole('button', { name: 'New secret' }).click()
    await page.getByLabel('Overlap').selectOption({ label: 'None: the old one stops at once' })
    await page.getByRole('button', { name: 'Make a new one' }).click()
    const second = await page.getByLabel('Secret', { exact: true }).inputValue()
    expect(second).not.toBe(first)
    await keep(page)
    await page.getByRole('button', { name: 'Send a test' }).click()
    await page.getByText('Delivered').nth(1).waitFor()
    const own = receiver.received.filter((received) => received.path === new URL(url).pathname)
    expect(own.map(({ body, headers }) => verifies(first, body, headers))).toEqual([true, true, false])
    const last = own.at(-1)
    expect(verifies(second, last?.body ?? '', last?.headers ?? {})).toBe(true)
    receiver.answerWith(204)
  })

  test('change a webhook, switch it off and on, and delete it', async () => {
    const { admin } = await stage.people('admin')
    const { page } = await stage.open(admin, path)
    await create(page, `${receiver.url}/first`)
    await keep(page)
    await page.getByRole('link', { name: `${receiver.url}/first` }).click()
    await page.getByRole('button', { name: 'Edit' }).click()
    await page.getByRole('textbox', { name: 'Address' }).fill(`${receiver.url}/second`)
    await page.getByRole('checkbox', { name: 'All events' }).uncheck()
    expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
    await page.getByRole('checkbox', { name: 'api_key.revoked' }).check()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { name: `${receiver.url}/second` }).waitFor()
    await page.getByRole('button', { name: 'Switch off' }).click()
    await page.getByText('Somebody switched it off.').waitFor()
    const [webhook] = (await stage.call(admin, 200, 'GET', '/v1/webhooks')).data
    expect(webhook).toMatchObject({ url: `${receiver.url}/second`, events: ['api_key.revoked'], status: 'disabled' })
    await page.getByRole('button', { name: 'Switch on' }).click()
    await page.getByRole('button', { name: 'Switch off' }).waitFor()
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('No webhooks yet').waitFor()
  })

  test('run nothing that somebody answered or wrote, and are accessible', { timeout: reviewMs }, async () => {
    const { admin } = await stage.people('admin')
    const hostile = scriptCorpus.join('\n')
    receiver.answerWith((_, response) => {
      response.writeHead(400, { 'Content-Type': 'text/html' }).end(hostile)
      return null
    })
    const body = {
      url: `${receiver.url}/x?${encodeURIComponent(scriptCorpus[1] ?? '')}`,
      events: ['*'],
      description: scriptCorpus[0],
    }
    const { id } = await stage.call(admin, 201, 'POST', '/v1/webhooks', body)
    await stage.call(admin, 201, 'POST', `/v1/webhooks/${id}/test`)
    await review(stage, admin, {
      name: 'webhooks',
      path,
      arrive: (page) => page.getByRole('link', { name: body.url }).waitFor(),
    })
    await review(stage, admin, {
      name: 'webhooks-create',
      path,
      arrive: async (page) => {
        await page.getByRole('button', { name: 'Create webhook' }).click()
        await page.getByRole('checkbox', { name: 'All events' }).uncheck()
      },
    })
    await review(stage, admin, {
      name: 'webhook',
      path: `${path}/${id}`,
      arrive: (page) => page.getByRole('cell', { name: '400' }).waitFor(),
    })
    await review(stage, admin, {
      name: 'webhook-delivery',
      path: `${path}/${id}`,
      arrive: async (page) => {
        await page.getByRole('button', { name: 'Details: webhook.test' }).click()
        await page
          .getByText(scriptCorpus[0] ?? '')
          .last()
          .waitFor()
        expect(await hasRun(page)).toBe(false)
      },
    })
    await review(stage, admin, {
      name: 'webhook-secret',
      path: `${path}/${id}`,
      arrive: async (page) => {
        await page.getByRole('button', { name: 'New secret' }).click()
        await page.getByRole('button', { name: 'Make a new one' }).click()
        await page.getByLabel('Secret', { exact: true }).waitFor()
      },
    })
  })
})

function verifies(secret: string, body: string, headers: Readonly<Record<string, string>>): boolean {
  try {
    new Webhook(secret).verify(body, headers)
    return true
  } catch {
    return false
  }
}
