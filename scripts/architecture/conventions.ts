import { basename, dirname } from 'node:path/posix'
import { isTestCode } from './layers.ts'
import { breach, lineAt } from './source-file.ts'
import type { SourceFile } from './source-file.ts'
import { childrenOf, isSyntaxNode, nodesOf } from './syntax-tree.ts'
import type { SyntaxNode } from './syntax-tree.ts'

const MOST_LINES_OF_A_FILE = 500
const MOST_LINES_OF_A_FUNCTION = 70
const NAMES_THAT_SAY_NOTHING = new Set(['utils', 'util', 'helpers', 'helper', 'common', 'misc', 'types'])
// Tools that read their configuration from a default export and nowhere else.
const CONFIGURATIONS = /(?:^|\/)[a-z]+\.config\.ts$/

// As long as what they are made of.
const GENERATED = /\/generated\//

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'])

/** The breaches of what STYLE says of every file: exports by name, size, a name that says what is inside. */
export function conventionBreaches(file: SourceFile): string[] {
  return [...defaultExports(file), ...sizeBreaches(file), ...nameBreaches(file)]
}

function defaultExports(file: SourceFile): string[] {
  if (CONFIGURATIONS.test(file.path)) return []
  return nodesOf(file.program)
    .filter((node) => node.type === 'ExportDefaultDeclaration' || isRenamedDefault(node))
    .map((node) => breach(file, lineAt(file.text, node.start), 'a default export: export by name'))
}

function isRenamedDefault(node: SyntaxNode): boolean {
  const exported = node['exported']
  if (node.type !== 'ExportSpecifier' || !isSyntaxNode(exported)) return false
  return exported['name'] === 'default' || exported['value'] === 'default'
}

function sizeBreaches(file: SourceFile): string[] {
  if (GENERATED.test(file.path)) return []
  const lines = lineAt(file.text.trimEnd(), file.text.length)
  const tooLong = lines > MOST_LINES_OF_A_FILE ? [breach(file, lines, `more than ${MOST_LINES_OF_A_FILE} lines`)] : []
  return isTestCode(file.path) ? tooLong : [...tooLong, ...longFunctions(file)]
}

function longFunctions(file: SourceFile): string[] {
  return nodesOf(file.program)
    .filter((node) => FUNCTIONS.has(node.type))
    .map((node) => ({ line: lineAt(file.text, node.start), lines: ownLines(node, file.text) }))
    .filter(({ lines }) => lines > MOST_LINES_OF_A_FUNCTION)
    .map(({ line, lines }) => breach(file, line, `a function of ${lines} lines, over ${MOST_LINES_OF_A_FUNCTION}`))
}

/** The lines that a function spans, less those of the functions and texts inside it: they are read apart from it. */
function ownLines(node: SyntaxNode, text: string): number {
  return 1 + breaksWithin(node, text) - outermostInside(node).reduce((sum, inner) => sum + breaksWithin(inner, text), 0)
}

function outermostInside(node: SyntaxNode): SyntaxNode[] {
  return childrenOf(node).flatMap((child) =>
    FUNCTIONS.has(child.type) || child.type === 'TemplateLiteral' ? [child] : outermostInside(child),
  )
}

function breaksWithin(node: SyntaxNode, text: string): number {
  return text.slice(node.start, node.end).split('\n').length - 1
}

function nameBreaches(file: SourceFile): string[] {
  const words = [...dirname(file.path).split('/'), basename(file.path).split('.')[0] ?? '']
  const empty = words.filter((word) => NAMES_THAT_SAY_NOTHING.has(word))
  const named = empty.map((word) => breach(file, 1, `${word}: a name that does not say what is inside`))
  const isKebab = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z]+)*$/.test(basename(file.path))
  return isKebab ? named : [...named, breach(file, 1, 'file names are in kebab-case')]
}
