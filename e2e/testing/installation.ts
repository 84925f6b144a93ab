import { expectCall } from './client.ts'
import { runMintmark, ServedNode, type NodeOptions } from './served-node.ts'

/** A running Mintmark of one or more nodes, with an operator key. */
export type Installation = {
  readonly nodes: readonly ServedNode[]
  /** The first node, wherever it listens since its last start. */
  readonly url: string
  readonly operatorKey: string
  remove(): Promise<void>
}

/** One process on SQLite. */
export async function startEmbedded(options: NodeOptions = {}): Promise<Installation> {
  return installationOf([await ServedNode.start(options)])
}

/** Nodes on one PostgreSQL and one Redis, with one pepper. */
export async function startCluster(options: {
  readonly nodeCount: number
  readonly databaseUrl: string
  readonly redisUrl: string
  readonly env?: Readonly<Record<string, string>>
  /** What the last node has instead. */
  readonly lastNodeEnv?: Readonly<Record<string, string>>
}): Promise<Installation> {
  const env = { MINTMARK_DATABASE_URL: options.databaseUrl, MINTMARK_REDIS_URL: options.redisUrl, ...options.env }
  const first = await ServedNode.start({ env })
  const pepper = { MINTMARK_PEPPER_FILE: `${first.dataDir}/pepper` }
  const others = Array.from({ length: options.nodeCount - 1 }, (_, index) =>
    ServedNode.start({
      env: { ...env, ...pepper, ...(index === options.nodeCount - 2 && options.lastNodeEnv) },
    }),
  )
  return installationOf([first, ...(await Promise.all(others))])
}

async function installationOf(nodes: readonly ServedNode[]): Promise<Installation> {
  const [first] = nodes
  if (first === undefined) throw new Error('An installation has a node.')
  return {
    nodes,
    get url() {
      return first.url
    },
    operatorKey: await createOperatorKey(first),
    async remove() {
      await Promise.all(nodes.map((node) => node.remove()))
    },
  }
}

/** By the command line, as the host's administrator does it. */
export async function createOperatorKey(node: ServedNode): Promise<string> {
  const created = await runMintmark(['operator-keys', 'create', '--name', 'test'], node.env, node.launcher)
  if (created.exitCode !== 0) throw new Error(created.stderr)
  return created.stdout.trim()
}

let organizationCount = 0

/** A new organization with one member for each role named, ids made up for the test. */
export async function createOrganization(
  installation: Installation,
  options: { readonly roles?: readonly string[]; readonly rateLimit?: { limit: number; windowSeconds: number } } = {},
): Promise<{
  readonly id: string
  readonly userIds: Readonly<Record<string, string>>
  readonly acting: (userId?: string) => Record<string, string>
}> {
  organizationCount += 1
  const id = `org-${process.pid}-${organizationCount}`
  const { url, operatorKey: key } = installation
  const { roles = ['admin'], rateLimit } = options
  await expectCall(201, url, 'POST', '/v1/organizations', {
    key,
    body: { id, name: id, ...(rateLimit && { rateLimit }) },
  })
  const userIds: Record<string, string> = {}
  for (const role of roles) {
    const userId = `${role}-${organizationCount}`
    await expectCall(200, url, 'PUT', `/v1/organizations/${id}/members/${userId}`, { key, body: { role } })
    userIds[role] = userId
  }
  return {
    id,
    userIds,
    acting: (userId) => ({ 'mintmark-organization': id, ...(userId !== undefined && { 'mintmark-user': userId }) }),
  }
}
