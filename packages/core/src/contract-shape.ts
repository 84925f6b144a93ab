import { builtInContract } from './built-in-contract.ts'
import {
  dictionaryOf,
  flag,
  hint,
  listOf,
  maybeAbsent,
  nullable,
  object,
  oneOf,
  optional,
  required,
  text,
  valueThat,
  wholeNumber,
  type FindNameMistake,
  type Rule,
} from './contract-fields.ts'
import { credentialHeaders, errorDialects, legacyHashes, type KeyRules } from './contract-terms.ts'
import { reasons } from './errors.ts'

/** Bounds of a contract. The longest credential, prefix and characters together, stays under 256 bytes. */
const maxKeyLength = 128
const maxShown = 16
const maxPermissions = 500
const maxNames = 100
const maxFormerPrefixes = 20
const maxLegacy = 10
const maxLogoLength = 65_536

/** Roles, tiers, aliases: never with the `:` of a permission, so that the two are never confused. */
const namePattern = /^[a-z][a-z0-9_-]{0,63}$/

const prefix = text('2 to 20 letters, digits, "_" or "-", such as "ex_live_"', /^[A-Za-z0-9_-]{2,20}$/)
const grant = text('a permission ("sites:read"), a wildcard ("sites:*", "*:read", "*") or an alias', /^.{1,200}$/)
const permission = text(
  'a permission of 2 or 3 words, such as "sites:read": small letters, digits, "_", 64 at most in a word',
  /^[a-z][a-z0-9_]{0,63}(?::[a-z0-9_]{1,64}){1,2}$/,
)
const word = (max: number): Rule<string> =>
  text(`a line of 1 to ${max} characters that neither begins nor ends with a space`, lineOf(max))
const grants = listOf('permissions, wildcards or aliases', grant, 0, maxPermissions)
const roleNames = listOf('role names', text('the name of a role', /^.{1,64}$/), 0, maxNames)

const findNameMistake: FindNameMistake = (name) =>
  namePattern.test(name) ? null : 'is no name: write a small letter, then small letters, digits, "_" or "-", 64 at most'
const knownReasons: readonly string[] = reasons
const findReasonMistake: FindNameMistake = (name) =>
  knownReasons.includes(name) ? null : `is no reason${hint(name, knownReasons)}`

const checksumLengths = [0, 4, 5, 6]
const checksum = valueThat('0 (none), 4, 5 or 6', 0, (value): value is number =>
  checksumLengths.some((length) => Object.is(length, value)),
)

/** The dashboard loads nothing from other hosts, so a logo is inline or comes from the same one. */
const logoPattern = /^(?:\/(?!\/)[A-Za-z0-9_./-]+|data:image\/(?:png|jpeg|webp|svg\+xml);base64,[A-Za-z0-9+/]+={0,2})$/
const logo = valueThat(
  `a path on this host such as "/logo.svg", or "data:image/png;base64,…" of at most ${maxLogoLength} characters`,
  '',
  (value): value is string => typeof value === 'string' && value.length <= maxLogoLength && logoPattern.test(value),
)

const tier = object({
  limit: required(wholeNumber(1, 100_000)),
  windowSeconds: required(wholeNumber(1, 86_400)),
})

const legacy = object({
  pattern: required(text('a regular expression of at most 200 characters', /^[^]{1,200}$/)),
  hash: required(oneOf(legacyHashes)),
})

const keys: Rule<KeyRules> = object({
  prefixes: optional(
    object({ live: required(prefix), test: optional(nullable(prefix), null) }),
    builtInContract.keys.prefixes,
  ),
  length: optional(wholeNumber(22, maxKeyLength), builtInContract.keys.length),
  checksum: optional(checksum, builtInContract.keys.checksum),
  shown: optional(wholeNumber(0, maxShown), builtInContract.keys.shown),
  formerPrefixes: optional(listOf('prefixes', prefix, 0, maxFormerPrefixes), []),
  legacy: optional(listOf('legacy shapes', legacy, 0, maxLegacy), []),
})

/** What is absent here is filled in by what the rest of the contract says. */
const minting = object({
  organization: maybeAbsent(roleNames),
  project: maybeAbsent(roleNames),
  keysManageKeys: optional(flag, builtInContract.minting.keysManageKeys),
  perMemberPerDay: optional(wholeNumber(1, 10_000), builtInContract.minting.perMemberPerDay),
  activePerMember: optional(wholeNumber(1, 100_000), builtInContract.minting.activePerMember),
  revokedCountAsActive: optional(flag, builtInContract.minting.revokedCountAsActive),
  maxLifetimeDays: optional(nullable(wholeNumber(1, 3650)), builtInContract.minting.maxLifetimeDays),
})

const ui = object({
  product: maybeAbsent(word(60)),
  keysTitle: optional(word(60), builtInContract.ui.keysTitle),
  keysPath: optional(
    text(
      'a path such as "/settings/api-keys", of letters, digits, "_" and "-"',
      /^(?=.{2,200}$)(?:\/[A-Za-z0-9_-]+)+$/,
    ),
    builtInContract.ui.keysPath,
  ),
  accent: optional(text('a colour such as "#2b8a3e"', /^#[0-9a-fA-F]{6}$/), builtInContract.ui.accent),
  logo: optional(nullable(logo), builtInContract.ui.logo),
})

/** The file as it is written: API.md section 6. */
export const contractShape = object({
  name: optional(word(100), builtInContract.name),
  keys: optional(keys, builtInContract.keys),
  headers: optional(listOf('headers', oneOf(credentialHeaders), 1, 2), builtInContract.headers),
  errors: optional(oneOf(errorDialects), builtInContract.errors),
  messages: optional(dictionaryOf(findReasonMistake, word(300), 0, reasons.length), builtInContract.messages),
  permissions: optional(listOf('permissions', permission, 0, maxPermissions), builtInContract.permissions),
  aliases: optional(
    dictionaryOf(findNameMistake, listOf('permissions, wildcards or aliases', grant, 1, maxPermissions), 0, maxNames),
    builtInContract.aliases,
  ),
  roles: optional(dictionaryOf(findNameMistake, grants, 1, maxNames), builtInContract.roles),
  neverByKey: optional(grants, builtInContract.neverByKey),
  minting: optional(minting, minting.filler),
  tiers: optional(dictionaryOf(findNameMistake, tier, 1, maxNames), builtInContract.tiers),
  defaultTier: maybeAbsent(text('the name of a tier', /^.{1,64}$/)),
  ui: optional(ui, ui.filler),
})

/** A contract that was read but not yet completed: `null` where a default depends on other parts. */
export type ContractDraft = (typeof contractShape)['filler']

function lineOf(max: number): RegExp {
  return new RegExp(`^(?! )[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]{1,${max}}(?<! )$`)
}
