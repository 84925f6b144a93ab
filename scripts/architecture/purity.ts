import { breach, lineAt } from './source-file.ts'
import type { SourceFile } from './source-file.ts'
import { isSyntaxNode } from './syntax-tree.ts'
import type { SyntaxNode } from './syntax-tree.ts'

// What a decision must not reach for by itself: times, random bytes and answers come in as arguments.
const IMPURE_NAMES = new Set(
  [
    'process Buffer require module globalThis eval Function console',
    'fetch XMLHttpRequest WebSocket EventSource Worker crypto performance',
    'navigator location localStorage sessionStorage indexedDB BroadcastChannel MessageChannel requestAnimationFrame',
    'setTimeout setInterval setImmediate clearTimeout clearInterval clearImmediate queueMicrotask',
  ].flatMap((names) => names.split(' ')),
)
const IMPURE_MEMBERS = new Set(['Date.now', 'Math.random'])
// Alone they read a clock or chance; as the object of any other member they only compute.
const HALF_PURE_NAMES = new Set(['Date', 'Math', 'Temporal'])

/** Where a file of core reaches for a clock, chance, or the world around it. */
export function purityBreaches(file: SourceFile): string[] {
  return impuritiesBelow(file.program).map(({ name, offset }) =>
    breach(file, lineAt(file.text, offset), `core is pure, and ${name} is not`),
  )
}

interface Impurity {
  name: string
  offset: number
}

function impuritiesBelow(node: SyntaxNode): Impurity[] {
  const own = impurityOf(node)
  if (own !== undefined) return [{ name: own, offset: node.start }]
  return Object.entries(node)
    .filter(([field]) => !isMereName(node, field))
    .flatMap(([, value]) => (Array.isArray(value) ? value : [value]))
    .filter(isSyntaxNode)
    .filter((child) => !isPureUse(node, child))
    .flatMap(impuritiesBelow)
}

function impurityOf(node: SyntaxNode): string | undefined {
  if (node.type === 'MetaProperty') return 'import.meta'
  if (node.type === 'MemberExpression') {
    const member = `${nameOf(node['object'])}.${propertyOf(node)}`
    return IMPURE_MEMBERS.has(member) ? member : undefined
  }
  const name = nameOf(node)
  return IMPURE_NAMES.has(name) || HALF_PURE_NAMES.has(name) ? name : undefined
}

/** A property's or a key's name refers to nothing. */
function isMereName(node: SyntaxNode, field: string): boolean {
  return (field === 'property' || field === 'key') && node['computed'] !== true
}

/** `Math.floor`, `Date.UTC`, `new Date(timeMs)`, and types. Not `Date()`, `new Date()`, `const now = Date`. */
function isPureUse(parent: SyntaxNode, child: SyntaxNode): boolean {
  if (!HALF_PURE_NAMES.has(nameOf(child))) return false
  if (parent.type === 'MemberExpression') return nameOf(child) !== 'Temporal' && parent['computed'] !== true
  if (parent.type === 'NewExpression') return Array.isArray(parent['arguments']) && parent['arguments'].length > 0
  return parent.type === 'TSTypeReference'
}

function propertyOf(member: SyntaxNode): string {
  const property = member['property']
  return isSyntaxNode(property) && property.type === 'Literal' ? String(property['value']) : nameOf(property)
}

function nameOf(node: unknown): string {
  return isSyntaxNode(node) && node.type === 'Identifier' && typeof node['name'] === 'string' ? node['name'] : ''
}
