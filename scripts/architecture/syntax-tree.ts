/** A node of the ESTree that the parser returns. */
export interface SyntaxNode {
  type: string
  start: number
  end: number
  [field: string]: unknown
}

export function isSyntaxNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

/** The node and everything below it, in the order of the text. */
export function nodesOf(root: SyntaxNode): SyntaxNode[] {
  return [root, ...childrenOf(root).flatMap(nodesOf)]
}

export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  return Object.values(node)
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .filter(isSyntaxNode)
}
