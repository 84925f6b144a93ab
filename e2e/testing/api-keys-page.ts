import type { Locator, Page } from 'playwright-core'
import { until } from '../../packages/server/src/testing/until.ts'
import type { Person } from './dashboard-stage.ts'

export type KeyFields = {
  readonly name: string
  /** By name; default: the organization. */
  readonly project?: string
  /** `all`: everything that the role may. */
  readonly permissions: readonly string[] | 'all'
  /** Default: what the form begins with. */
  readonly environment?: 'Live' | 'Test'
  readonly expires?: string
}

/** The API keys page as a person uses it. */
export class ApiKeysPage {
  readonly page: Page
  readonly #person: Person

  constructor(page: Page, person: Person) {
    this.page = page
    this.#person = person
  }

  /** The one that was opened last. */
  get dialog(): Locator {
    return this.page.getByRole('dialog').last()
  }

  /** Its table: the only one that says so. */
  get table(): Locator {
    return this.page.getByRole('table', { name: 'API keys' })
  }

  row(name: string): Locator {
    return this.table.getByRole('row').filter({ has: this.page.getByRole('link', { name, exact: true }) })
  }

  /** Resolves when these keys and no others are shown. */
  async waitForRows(names: readonly string[]): Promise<void> {
    const wanted = JSON.stringify(names)
    await until(async () =>
      JSON.stringify(await this.table.getByRole('link').allTextContents()) === wanted ? true : null,
    )
  }

  async search(text: string): Promise<void> {
    await this.page.getByRole('searchbox').fill(text)
  }

  /** One of the filters. */
  async filter(label: string, option: string): Promise<void> {
    await this.page.getByRole('combobox', { name: label }).selectOption({ label: option })
  }

  /** In the open dialog. */
  async choose(label: string, option: string): Promise<void> {
    await this.dialog.getByRole('combobox', { name: label }).click()
    await this.page.getByRole('listbox').getByRole('option', { name: option, exact: true }).click()
  }

  /** From the menu of a key. */
  async act(name: string, action: string): Promise<void> {
    await this.page.getByRole('button', { name: `Actions for ${name}` }).click()
    await this.page.getByRole('menuitem', { name: action }).click()
    await this.dialog.waitFor()
  }

  /** Presses the button of the open dialog, and proves himself again where he is asked. */
  async submit(button: string): Promise<void> {
    const acted = this.page.waitForResponse(
      (response) => response.url().includes('/v1/api-keys') && response.request().method() !== 'GET',
    )
    await this.dialog.getByRole('button', { name: button, exact: true }).click()
    const answer = await acted
    if (answer.status() !== 403 || (await answer.json()).reason !== 'step_up_required') return
    await this.dialog.getByRole('textbox', { name: 'Password' }).fill(this.#person.password)
    await this.dialog.getByRole('button', { name: 'Confirm' }).click()
    await this.page.getByRole('dialog', { name: 'Confirm that it is you' }).waitFor({ state: 'detached' })
  }

  async fillIn({ name, project, permissions, environment, expires }: KeyFields): Promise<void> {
    await this.dialog.getByRole('textbox', { name: 'Name' }).fill(name)
    await this.dialog.getByRole('radio', { name: project === undefined ? 'Organization' : 'Project' }).check()
    if (environment !== undefined) await this.dialog.getByText(environment, { exact: true }).click()
    if (expires !== undefined) await this.choose('Expires', expires)
    if (project !== undefined) await this.choose('Project', project)
    if (permissions === 'all') await this.dialog.getByRole('radio', { name: /^Everything/ }).check()
    else for (const permission of permissions) await this.dialog.getByRole('checkbox', { name: permission }).check()
  }

  /** The next mint is answered as to whoever proved himself more than five minutes ago; all after it is the server's. */
  async demandStepUp(): Promise<void> {
    let isFirst = true
    const json = { status: 403, reason: 'step_up_required', message: 'Confirm that it is you.' }
    await this.page.route('**/v1/api-keys', async (route) => {
      if (route.request().method() === 'GET' || !isFirst) return route.continue()
      isFirst = false
      return route.fulfill({ status: json.status, contentType: 'application/problem+json', json })
    })
  }

  /** From the button to the key, which is copied. */
  async create(fields: KeyFields): Promise<string> {
    await this.page.getByRole('button', { name: 'Create key' }).first().click()
    await this.fillIn(fields)
    await this.submit('Create key')
    return this.shownKey()
  }

  /** The key in the dialog that shows it once, copied by its button. */
  async shownKey(): Promise<string> {
    await this.dialog.getByRole('button', { name: 'Copy: Key' }).click()
    return this.dialog.getByRole('textbox', { name: 'Key', exact: true }).inputValue()
  }

  async keepAndClose(): Promise<void> {
    await this.dialog.getByRole('checkbox').check()
    await this.dialog.getByRole('button', { name: 'Done' }).click()
    await this.page.getByRole('dialog').waitFor({ state: 'detached' })
  }
}
