import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { describeWithProgram, findChromium } from '../../packages/server/src/testing/find-program.ts'
import { DashboardStage } from '../testing/dashboard-stage.ts'
import { whenFocused } from '../testing/focus.ts'
import { review, reviewMs } from '../testing/page-review.ts'
import { hasRun, scriptCorpus } from '../testing/script-corpus.ts'

const projectsPath = '/settings/projects'
const organizationPath = '/settings/organization'

describeWithProgram('Chromium', findChromium, 'the pages of projects and the organization', () => {
  let stage: DashboardStage
  beforeAll(async () => {
    stage = await DashboardStage.start()
  })
  afterEach(() => stage?.closePages())
  afterAll(() => stage?.remove())

  test('a project is made, renamed and deleted by keyboard alone', async () => {
    const { admin } = await stage.people('admin')
    const { page, complaints } = await stage.open(admin, projectsPath)
    await page.getByText('No projects yet').waitFor()
    await page.getByRole('button', { name: 'Create project' }).first().press('Enter')
    await whenFocused(page, 'Name')
    await page.keyboard.type('Site')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Actions for Site' }).press('Enter')
    await page.getByRole('menuitem', { name: 'Rename' }).press('Enter')
    await whenFocused(page, 'Name')
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.type('Shop')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Actions for Shop' }).press('Enter')
    await page.getByRole('menuitem', { name: 'Delete' }).press('Enter')
    const erase = page.getByRole('dialog').getByRole('button', { name: 'Delete' })
    expect(await erase.isDisabled()).toBe(true)
    await page.getByLabel('Type Shop to confirm').press('S')
    await page.keyboard.type('hop')
    await page.keyboard.press('Enter')
    await page.getByText('No projects yet').waitFor()
    expect((await stage.call(admin, 200, 'GET', '/v1/projects')).data).toEqual([])
    expect(complaints).toEqual([])
  })

  test('an organization’s name is changed by who may, and read by who may not', async () => {
    const { admin, manager } = await stage.people('admin', 'manager')
    const { page } = await stage.open(admin, organizationPath)
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Globex')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved').waitFor()
    expect(await stage.call(admin, 200, 'GET', '/v1/organization')).toMatchObject({ name: 'Globex' })
    const looking = await stage.open(manager, organizationPath)
    await looking.page.getByText('Your role may not change this.').waitFor()
    expect(await looking.page.getByRole('button', { name: 'Save' }).count()).toBe(0)
  })

  test('they run nothing that somebody wrote into a name, and are accessible', { timeout: reviewMs }, async () => {
    const { admin } = await stage.people('admin')
    for (const name of scriptCorpus) await stage.call(admin, 201, 'POST', '/v1/projects', { name })
    await review(stage, admin, {
      name: 'projects',
      path: projectsPath,
      arrive: async (page) => {
        for (const name of scriptCorpus) await page.getByText(name, { exact: true }).waitFor()
        expect(await hasRun(page)).toBe(false)
      },
    })
    await review(stage, admin, {
      name: 'projects-delete',
      path: projectsPath,
      arrive: async (page) => {
        await page.getByRole('button', { name: `Actions for ${scriptCorpus[0]}` }).click()
        await page.getByRole('menuitem', { name: 'Delete' }).click()
        await page.getByRole('dialog').waitFor()
      },
    })
    await stage.call(admin, 200, 'PATCH', '/v1/organization', { name: scriptCorpus[1] })
    await review(stage, admin, {
      name: 'organization',
      path: organizationPath,
      arrive: async (page) => {
        await page.getByText('In any', { exact: false }).or(page.getByText('As the tier says')).first().waitFor()
        expect(await page.getByRole('textbox', { name: 'Name', exact: true }).inputValue()).toBe(scriptCorpus[1])
        expect(await hasRun(page)).toBe(false)
      },
    })
  })
})
