import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { describeWithProgram, findChromium } from '../../packages/server/src/testing/find-program.ts'
import { DashboardStage, type Person } from '../testing/dashboard-stage.ts'
import { expectCall } from '../testing/client.ts'
import { review, reviewMs } from '../testing/page-review.ts'
import { hasRun, scriptCorpus } from '../testing/script-corpus.ts'

const path = '/settings/members'

describeWithProgram('Chromium', findChromium, 'the members page', () => {
  let stage: DashboardStage
  beforeAll(async () => {
    stage = await DashboardStage.start()
  })
  afterEach(() => stage?.closePages())
  afterAll(() => stage?.remove())

  /** By the operator, as a company's backend brings people. */
  const sync = async ({ organizationId }: Person, id: string, body: object): Promise<void> => {
    const { url, operatorKey: key } = stage.installation
    await expectCall(200, url, 'PUT', `/v1/organizations/${organizationId}/members/${id}`, { key, body })
  }

  test('invites, shows the link where no mail is sent, and takes the invitation back', async () => {
    const { admin } = await stage.people('admin')
    const { page, complaints } = await stage.open(admin, path)
    await page.getByText('No open invitations').waitFor()
    await page.getByRole('button', { name: 'Invite', exact: true }).click()
    await page.getByLabel('Email').fill('grace@example.com')
    // Nobody is made an administrator by being in a hurry.
    expect(await page.getByLabel('Role', { exact: true }).inputValue()).toBe('')
    await page.getByLabel('Role', { exact: true }).selectOption('engineer')
    await page.getByRole('dialog').getByRole('button', { name: 'Invite' }).click()
    const link = await page.getByLabel('Link', { exact: true }).inputValue()
    expect(link).toMatch(new RegExp(`^${stage.url}/accept-invitation#token=[\\w-]+`))
    await page.getByRole('button', { name: 'Done' }).click()
    const row = page.getByRole('row').filter({ hasText: 'grace@example.com' })
    await row.getByText('engineer').waitFor()
    expect(await page.content()).not.toContain(link)
    await row.getByRole('button', { name: 'Take back: grace@example.com' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click()
    await page.getByText('No open invitations').waitFor()
    expect((await stage.call(admin, 200, 'GET', '/v1/users/invitations')).data).toEqual([])
    expect(complaints).toEqual([])
  })

  test('changes a role, suspends, resumes, and says what keeps the last administrator', async () => {
    const { admin, engineer } = await stage.people('admin', 'engineer')
    const { page } = await stage.open(admin, path)
    const choose = async (who: string, what: string): Promise<void> => {
      await page.getByRole('button', { name: `Actions for ${who}` }).click()
      await page.getByRole('menuitem', { name: what }).click()
    }
    await choose(engineer.name, 'Change the role')
    await page.getByLabel('Role', { exact: true }).selectOption('manager')
    await page.getByRole('button', { name: 'Save' }).click()
    const row = page.getByRole('row').filter({ hasText: engineer.email })
    await row.getByText('manager', { exact: true }).waitFor()
    await choose(engineer.name, 'Suspend')
    await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click()
    await row.getByText('Suspended').waitFor()
    await choose(engineer.name, 'Resume')
    await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click()
    await row.getByText('Active').waitFor()
    expect(await stage.call(admin, 200, 'GET', `/v1/users/${engineer.userId}`)).toMatchObject({
      role: 'manager',
      status: 'active',
    })
    await choose(admin.name, 'Suspend')
    await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click()
    await page.getByRole('alert').getByText('This is the last active administrator. Make another one first.').waitFor()
  })

  test('removes a member, and does with his keys what was chosen', async () => {
    const { admin, engineer } = await stage.people('admin', 'engineer')
    const project = await stage.call(admin, 201, 'POST', '/v1/projects', { name: 'site' })
    const body = { name: 'ci', scope: 'project', projectId: project.id }
    const { id } = await stage.call(engineer, 201, 'POST', '/v1/api-keys', body)
    const { page } = await stage.open(admin, path)
    await page.getByRole('button', { name: `Actions for ${engineer.name}` }).click()
    await page.getByRole('menuitem', { name: 'Remove' }).click()
    await page.getByRole('radio', { name: 'Another member takes them over' }).check()
    await page.getByLabel('New owner').selectOption(admin.userId)
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await stage.call(admin, 200, 'GET', `/v1/api-keys/${id}`)).toMatchObject({
      status: 'active',
      owner: { type: 'member', userId: admin.userId },
    })
    await stage.call(admin, 404, 'GET', `/v1/users/${engineer.userId}`)
  })

  test('has no buttons for who may only look, and nothing for who may not', async () => {
    const { manager, engineer } = await stage.people('manager', 'engineer')
    const looking = await stage.open(manager, path)
    await looking.page.getByRole('row').filter({ hasText: engineer.email }).waitFor()
    expect(await looking.page.getByRole('button', { name: /^Actions for|^Invite$/ }).count()).toBe(0)
    const refused = await stage.open(engineer, path)
    await refused.page.getByText('You may not see this').first().waitFor()
    expect(await refused.page.getByRole('link', { name: 'Members' }).count()).toBe(0)
  })

  test('runs nothing that somebody wrote into his name, and is accessible', { timeout: reviewMs }, async () => {
    const { admin } = await stage.people('admin')
    for (const [index, name] of scriptCorpus.entries()) {
      await sync(admin, `person-${index}`, { role: 'member', name, email: `person-${index}@example.com` })
    }
    await stage.call(admin, 201, 'POST', '/v1/users/invite', { email: 'alan@example.com', role: 'member' })
    await review(stage, admin, {
      name: 'members',
      path,
      arrive: async (page) => {
        await page.getByText('alan@example.com').waitFor()
        for (const name of scriptCorpus) await page.getByText(name, { exact: true }).first().waitFor()
        expect(await hasRun(page)).toBe(false)
      },
    })
    await review(stage, admin, {
      name: 'members-remove',
      path,
      arrive: async (page) => {
        await page.getByRole('button', { name: `Actions for ${scriptCorpus[0]}` }).click()
        await page.getByRole('menuitem', { name: 'Remove' }).click()
        await page.getByRole('radio', { name: 'Another member takes them over' }).check()
        expect(await hasRun(page)).toBe(false)
      },
    })
  })
})
