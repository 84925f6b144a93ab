import { createOperatorKey, type Installation } from './installation.ts'
import { ServedNode } from './served-node.ts'

type Environment = Readonly<Record<string, string>>

/** An installation whose nodes are started again with other settings, each in its own place. */
export class Fleet implements Installation {
  readonly nodes: ServedNode[] = []
  operatorKey = ''
  readonly #shared: Environment

  constructor(shared: Environment) {
    this.#shared = shared
  }

  get url(): string {
    return this.nodes[0]?.url ?? ''
  }

  async start(nodeCount: number, env: Environment = {}): Promise<void> {
    const starts = Array.from({ length: nodeCount }, () => ServedNode.start({ env: { ...this.#shared, ...env } }))
    this.nodes.push(...(await Promise.all(starts)))
    this.operatorKey = await createOperatorKey(this.at(0))
  }

  /** One more node. */
  async join(env: Environment): Promise<void> {
    this.nodes.push(await ServedNode.start({ env: { ...this.#shared, ...env } }))
  }

  at(index: number): ServedNode {
    const node = this.nodes[index]
    if (node === undefined) throw new RangeError('There is no such node.')
    return node
  }

  /** Drains a node and starts it again. */
  async restart(index: number, env: Environment = {}): Promise<void> {
    const node = this.at(index)
    const exitCode = await node.stop()
    if (exitCode !== 0) throw new Error(`A node ended with ${exitCode} instead of draining:\n${node.log()}`)
    this.nodes[index] = await ServedNode.start({ dataDir: node.dataDir, env: { ...this.#shared, ...env } })
  }

  async remove(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.remove()))
  }
}
