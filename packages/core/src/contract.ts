import { builtInContract } from './built-in-contract.ts'
import { contractShape, type ContractDraft } from './contract-shape.ts'
import { blankComments } from './json-comments.ts'
import { findJsonFault } from './json-fault.ts'
import { lintContract } from './contract-lint.ts'
import { MistakeList, quotedList, rootPath } from './mistakes.ts'
import { deepFreeze } from './plain-data.ts'
import type { Contract, Mistake } from './contract-terms.ts'

export type { Contract, CredentialHeader, ErrorDialect, Mistake, Tier } from './contract-terms.ts'

export type ParsedContract =
  | { readonly contract: Contract; readonly mistakes: readonly [] }
  | { readonly contract: null; readonly mistakes: readonly Mistake[] }

/** Characters of a contract file. */
export const maxContractLength = 262_144

/**
 * Reads the text of a contract file (API.md section 6): JSON, with comments if need be. Of a text that is neither there
 * is one mistake, whose path is its place, `line 3, column 14`; otherwise as `parseContract`. Never throws.
 */
export function parseContractText(text: string): ParsedContract {
  if (text.length > maxContractLength) {
    return refused([{ path: rootPath, message: `has more than ${maxContractLength} characters: shorten it` }])
  }
  // Editors on Windows write a byte order mark, which RFC 8259 section 8.1 lets a reader ignore.
  const json = blankComments(text.startsWith('\ufeff') ? text.slice(1) : text)
  const fault = findJsonFault(json)
  if (fault !== null) {
    return refused([{ path: `line ${fault.line}, column ${fault.column}`, message: fault.message }])
  }
  return parseContract(JSON.parse(json))
}

/**
 * Reads a contract from parsed JSON: checked, completed by the built-in contract's defaults, frozen.
 * Otherwise every mistake that it has, each with its path and what to write instead. Never throws on JSON.
 * What it gives, made JSON again, reads as the same contract.
 */
export function parseContract(json: unknown): ParsedContract {
  const mistakes = new MistakeList()
  const contract = complete(contractShape.read(json, rootPath, mistakes), mistakes)
  if (mistakes.isSoundAt(rootPath)) lintContract(contract, mistakes)
  const found = mistakes.list()
  return found.length > 0 ? refused(found) : { contract: deepFreeze(contract), mistakes: [] }
}

function refused(mistakes: readonly Mistake[]): ParsedContract {
  return { contract: null, mistakes }
}

/** Fills in what depends on other parts of the contract. */
function complete(draft: ContractDraft, mistakes: MistakeList): Contract {
  const { organization, project } = draft.minting
  return {
    ...draft,
    minting: {
      ...draft.minting,
      organization: organization ?? defaultMinters('organization', draft, mistakes),
      project: project ?? defaultMinters('project', draft, mistakes),
    },
    defaultTier: draft.defaultTier ?? onlyTier(draft, mistakes),
    ui: { ...draft.ui, product: draft.ui.product ?? draft.name },
  }
}

/** The built-in minters that this contract has as well. Where it has none of them, nobody could guess who is meant. */
function defaultMinters(scope: 'organization' | 'project', draft: ContractDraft, mistakes: MistakeList): string[] {
  const usual = builtInContract.minting[scope]
  const minters = usual.filter((role) => Object.hasOwn(draft.roles, role))
  if (minters.length === 0 && mistakes.isSoundAt(rootPath, 'roles', 'minting')) {
    const roles = quotedList(Object.keys(draft.roles), 'and')
    const message = `is missing, and no role is called ${quotedList(usual, 'or')}: list those of ${roles} that may mint`
    mistakes.report(`minting.${scope}`, message)
  }
  return minters
}

function onlyTier(draft: ContractDraft, mistakes: MistakeList): string {
  const names = Object.keys(draft.tiers)
  const [only] = names
  if (names.length > 1) mistakes.report('defaultTier', `is missing: write ${quotedList(names, 'or')}`)
  return only ?? builtInContract.defaultTier
}
