import { parseSync } from 'oxc-parser'
import type { SyntaxNode } from './syntax-tree.ts'
import { isSyntaxNode, nodesOf } from './syntax-tree.ts'

/** One file of ours, read and parsed once for all the rules. */
export interface SourceFile {
  /** From the repository's root, with forward slashes. */
  path: string
  text: string
  program: SyntaxNode
  imports: ImportLine[]
}

export interface ImportLine {
  specifier: string
  /** Erased by the compiler, so it cannot take part in a cycle at run time. */
  isTypeOnly: boolean
  line: number
}

export function parseSource(path: string, text: string): SourceFile {
  const { program, errors } = parseSync(path, text)
  const [error] = errors
  if (error) throw new Error(`${path} does not parse: ${error.message}`)
  if (!isSyntaxNode(program)) throw new Error(`${path} parses into no program`)
  return { path, text, program, imports: nodesOf(program).flatMap((node) => importOf(node, text)) }
}

/** A breach of a rule, as an editor links it. */
export function breach(file: SourceFile, line: number, words: string): string {
  return `${file.path}:${line}: ${words}`
}

export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

function importOf(node: SyntaxNode, text: string): ImportLine[] {
  const line = lineAt(text, node.start)
  switch (node.type) {
    case 'ImportDeclaration':
      return specifierOf(node).map((specifier) => ({ specifier, isTypeOnly: node['importKind'] === 'type', line }))
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return specifierOf(node).map((specifier) => ({ specifier, isTypeOnly: node['exportKind'] === 'type', line }))
    case 'ImportExpression':
      return specifierOf(node).map((specifier) => ({ specifier, isTypeOnly: false, line }))
    case 'TSImportType':
      return specifierOf(node).map((specifier) => ({ specifier, isTypeOnly: true, line }))
    default:
      return []
  }
}

function specifierOf(node: SyntaxNode): string[] {
  const source = node['source']
  if (!isSyntaxNode(source)) return []
  // Dynamic imports of a computed name would slip past the rules: they get a name that no rule allows.
  return [typeof source['value'] === 'string' ? source['value'] : '(computed)']
}
