import { parseChosenId } from '@mintmark/core'
import { beforeAll, expect, test } from 'vitest'
import { describeOnBothStorages, type InProcess, type TestOrganization } from '../testing/in-process.ts'
import { hostCaller, type CallerIn } from './caller.ts'
import { count } from '../testing/scale.ts'

const rounds = count(5, 100)
/** Who is first is chance: it goes on until the deletion was, once. */
const mostRounds = 100

describeOnBothStorages('what is made in an organization that is deleted meanwhile', (open) => {
  let mintmark: InProcess

  beforeAll(async () => {
    mintmark = await open()
  })

  const requests = (acme: TestOrganization, project: string) => [
    acme.operator.post('/v1/api-keys', { name: 'x', owner: 'organization', role: 'member' }),
    acme.operator.post('/v1/projects', { name: 'x' }),
    acme.operator.post('/v1/users/invite', { email: 'a@b.test', role: 'member' }),
    acme.operator.post('/v1/api-keys', {
      name: 'x',
      owner: 'organization',
      role: 'member',
      scope: 'project',
      projectId: project,
    }),
    acme.as('admin').post('/v1/api-keys', { name: 'x' }),
    acme.as('admin').post('/v1/projects', { name: 'x' }),
    mintmark.operator.put(`${acme.path}/members/new`, { role: 'member' }),
    mintmark.operator.post('/v1/sessions', { organizationId: acme.id, userId: 'admin' }),
  ]

  test('is made before, or not found: never half of it, never a fault', { timeout: 600_000 }, async () => {
    const seen = new Set<number>()
    for (let round = 0; round < rounds || (!seen.has(404) && round < mostRounds); round += 1) {
      const acme = await mintmark.organization({ roles: ['admin'] })
      const project = await acme.addProject('web')
      const answers = requests(acme, project)
      const deletion = mintmark.operator.delete(acme.path)
      for (const { status, body } of await Promise.all(answers)) {
        expect([200, 201, 401, 404], JSON.stringify(body)).toContain(status)
        seen.add(status)
      }
      expect((await deletion).status).toBe(204)
      expect((await mintmark.operator.get(acme.path)).status).toBe(404)
    }
    expect(seen).toContain(404)
  })

  test('is refused to the host, too, who asks in the same process', async () => {
    const { keys, projects, members } = mintmark.mintmark.engine
    const host = hostCaller(parseChosenId('org', 'absent'), { requestId: 'test', ip: null }) as CallerIn
    const refused = { refusal: { reason: 'not_found' } }
    await expect(keys.mint(host, { name: 'x', owner: 'organization', role: 'member' })).rejects.toMatchObject(refused)
    await expect(projects.create(host, { name: 'x' })).rejects.toMatchObject(refused)
    await expect(members.invite(host, { email: 'a@b.test', role: 'member' })).rejects.toMatchObject(refused)
  })
})
