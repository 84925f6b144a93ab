import {
  Kind,
  type ASTNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql'

/** What a document may ask for at most (SECURITY R-H1). Pages have 100 rows at most, so ten root fields read 1,000. */
export const maxTokens = 1_000
export const maxDepth = 8
export const maxRootFields = 10
export const maxAliases = 15
export const maxDirectives = 10
/** Of questions about the schema itself, whose answers nest deeper; what it may cost is bounded by their own rule. */
const maxIntrospectionDepth = 15

/** What is too much in a document, or null. Takes a time that grows with its length alone, whatever it spells out. */
export function findExcess(document: DocumentNode, operation: OperationDefinitionNode): string | null {
  const { aliases, directives } = countNodes(document)
  if (aliases > maxAliases) return `At most ${maxAliases} aliases: there are ${aliases}.`
  if (directives > maxDirectives) return `At most ${maxDirectives} directives: there are ${directives}.`
  const fragments = fragmentsOf(document)
  const rootFields = rootFieldNames(operation, fragments).size
  if (rootFields > maxRootFields) return `At most ${maxRootFields} fields at the root: there are ${rootFields}.`
  const depth = new DepthGauge(fragments)
  if (depth.of(operation.selectionSet, false) > maxDepth) return `At most ${maxDepth} levels of fields.`
  return depth.of(operation.selectionSet, true) > maxIntrospectionDepth
    ? `At most ${maxIntrospectionDepth} levels of questions about the schema.`
    : null
}

/** What the request spends from a window: one for each field at the root, under whatever name, skipped or not. */
export function costOf(document: DocumentNode, operation: OperationDefinitionNode): number {
  return rootFieldNames(operation, fragmentsOf(document)).size
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

function fragmentsOf(document: DocumentNode): Fragments {
  const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
  return new Map(fragments.map((fragment) => [fragment.name.value, fragment]))
}

function countNodes(document: DocumentNode): { readonly aliases: number; readonly directives: number } {
  let aliases = 0
  let directives = 0
  visit(document, {
    Field(node) {
      if (node.alias !== undefined) aliases += 1
    },
    Directive() {
      directives += 1
    },
  })
  return { aliases, directives }
}

/** The names by which fields at the root are answered: fields of one name are one (spec section 5.3.2). */
function rootFieldNames(operation: OperationDefinitionNode, fragments: Fragments): ReadonlySet<string> {
  const names = new Set<string>()
  const seen = new Set<ASTNode>()
  const waiting: SelectionNode[] = [...operation.selectionSet.selections]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node.kind === Kind.FIELD) {
      names.add((node.alias ?? node.name).value)
      continue
    }
    const inside = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value)
    if (inside === undefined || seen.has(inside)) continue
    seen.add(inside)
    waiting.push(...inside.selectionSet.selections)
  }
  return names
}

/** How deep fields nest. Each fragment is measured once, however often it is spread; one within itself counts no more. */
class DepthGauge {
  readonly #fragments: Fragments
  readonly #known = new Map<string, number>()

  constructor(fragments: Fragments) {
    this.#fragments = fragments
  }

  /** @param ofIntrospection whether to measure what is about the schema, or all else */
  of(set: SelectionSetNode, ofIntrospection: boolean): number {
    return Math.max(0, ...set.selections.map((node) => this.#ofNode(node, ofIntrospection)))
  }

  #ofNode(node: SelectionNode, ofIntrospection: boolean): number {
    switch (node.kind) {
      case Kind.INLINE_FRAGMENT:
        return this.of(node.selectionSet, ofIntrospection)
      case Kind.FRAGMENT_SPREAD:
        return this.#ofFragment(node.name.value, ofIntrospection)
      case Kind.FIELD: {
        if (!ofIntrospection && isIntrospection(node.name.value)) return 0
        return 1 + (node.selectionSet === undefined ? 0 : this.of(node.selectionSet, ofIntrospection))
      }
    }
  }

  #ofFragment(name: string, ofIntrospection: boolean): number {
    const place = `${ofIntrospection} ${name}`
    const known = this.#known.get(place)
    if (known !== undefined) return known
    this.#known.set(place, 0)
    const fragment = this.#fragments.get(name)
    const depth = fragment === undefined ? 0 : this.of(fragment.selectionSet, ofIntrospection)
    this.#known.set(place, depth)
    return depth
  }
}

function isIntrospection(name: string): boolean {
  return name === '__schema' || name === '__type'
}
