import { hint } from './contract-fields.ts'
import { lintGrants } from './contract-lint-grants.ts'
import { lintKeys } from './contract-lint-keys.ts'
import type { Contract } from './contract-terms.ts'
import { reasons } from './errors.ts'
import { findPlaceholderMistake } from './message-placeholders.ts'
import { pathOf, quoted, quotedList, type MistakeList } from './mistakes.ts'

/** Reports what is well formed but cannot be meant: names that nothing has, keys that could be guessed or mistaken. */
export function lintContract(contract: Contract, mistakes: MistakeList): void {
  lintKeys(contract.keys, mistakes)
  lintMessages(contract, mistakes)
  lintGrants(contract, mistakes)
  lintMinting(contract, mistakes)
  lintDefaultTier(contract, mistakes)
  lintKeysPath(contract, mistakes)
}

function lintMessages({ messages }: Contract, mistakes: MistakeList): void {
  for (const reason of reasons) {
    const mistake = findPlaceholderMistake(reason, messages[reason] ?? '')
    if (mistake !== null) mistakes.report(pathOf('messages', reason), mistake)
  }
}

function lintMinting({ minting, roles }: Contract, mistakes: MistakeList): void {
  if (!mistakes.isSoundAt('roles')) return
  for (const scope of ['organization', 'project'] as const) {
    minting[scope].forEach((role, index) => {
      if (Object.hasOwn(roles, role)) return
      const path = pathOf(`minting.${scope}`, index)
      mistakes.report(path, `${quoted(role)} is no role of this contract${hint(role, Object.keys(roles))}`)
    })
  }
}

function lintDefaultTier({ defaultTier, tiers }: Contract, mistakes: MistakeList): void {
  if (!mistakes.isSoundAt('tiers') || Object.hasOwn(tiers, defaultTier)) return
  const known = quotedList(Object.keys(tiers), 'or')
  mistakes.report('defaultTier', `${quoted(defaultTier)} is no tier of this contract: write ${known}`)
}

/** The first part of paths at which Mintmark itself answers, its pages for whoever is not signed in among them. */
const takenPaths =
  /^\/(?:v1|auth|graphql|reference|assets|files|healthz|readyz|metrics|operator|sign-in|set-up|accept-invitation|forgot-password|reset-password|device)(?:\/|$)/

function lintKeysPath({ ui }: Contract, mistakes: MistakeList): void {
  if (!takenPaths.test(ui.keysPath)) return
  const message = `${quoted(ui.keysPath)} is taken by Mintmark itself: write another, such as "/settings/api-keys"`
  mistakes.report('ui.keysPath', message)
}
