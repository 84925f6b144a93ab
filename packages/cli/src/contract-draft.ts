import { parseContractText, type ErrorDialect, type Mistake } from '@mintmark/core'

/** What a new company is asked. */
export type DraftAnswers = {
  readonly name: string
  /** What its keys begin with, such as `ex`: `ex_live_…` and `ex_test_…`. */
  readonly prefix: string
  /** What its keys are about: each can be read and written. */
  readonly resources: readonly string[]
  readonly requestsPerMinute: number
  readonly errors: ErrorDialect
}

/** A contract that says what each of its parts is for: JSON with comments. */
export function writeContract({ name, prefix, resources, requestsPerMinute, errors }: DraftAnswers): string {
  const own = resources.flatMap((resource) => [`${resource}:read`, `${resource}:write`])
  return `// The key policy of ${oneLine(name)}. Mintmark follows it where MINTMARK_CONTRACT names this file.
// After a change: mintmark contract check FILE
{
  "name": ${text(name)},

  // A key is its prefix, 32 random characters and a checksum of 6. Its first 8 are shown afterwards.
  // Before you change a prefix, list it under "formerPrefixes", or older keys are no keys any more.
  "keys": {
    "prefixes": { "live": ${text(`${prefix}_live_`)}, "test": ${text(`${prefix}_test_`)} }
  },

  // Where your customers put their keys. Nothing else is read.
  "headers": ["authorization", "x-api-key"],

  // What errors look like: "problem" (RFC 9457), "reason", "error" or "envelope".
  "errors": ${text(errors)},

  // Your words for a reason, in place of Mintmark's.
  "messages": {
    // "rate_limit": "Too many requests. Try again in {retryAfterSeconds} seconds."
  },

  // What your API lets keys do. Mintmark's own permissions (api_keys:read, projects:write, …) are there as well.
  "permissions": ${list(own)},

  // What a member may do, by his role, and so what his keys may do at most. "*" is everything.
  "roles": {
    "admin": ["*"],
    "engineer": ${list([...resources.map((resource) => `${resource}:*`), 'api_keys:*', 'projects:read', 'usage:read'])},
    "member": ${list([...resources.map((resource) => `${resource}:read`), 'projects:read'])}
  },

  // What no key may do, whoever made it: only people, in person.
  "neverByKey": [],

  // Who may make keys of the whole organization, and of one project; how many; and for how long.
  "minting": {
    "organization": ["admin"],
    "project": ["admin", "engineer"],
    "perMemberPerDay": 50,
    "activePerMember": 500,
    "maxLifetimeDays": null
  },

  // How many requests each key may make. An organization is in a tier.
  "tiers": {
    "standard": { "limit": ${requestsPerMinute}, "windowSeconds": 60 }
  },
  "defaultTier": "standard",

  // The page on which your customers manage their keys.
  "ui": {
    "product": ${text(name)},
    "keysTitle": "API keys"
  }
}
`
}

/** What is wrong with the answers, as the contract's own rules see it. */
export function mistakesOf(answers: DraftAnswers): readonly Mistake[] {
  return parseContractText(writeContract(answers)).mistakes
}

/** A prefix that fits a name and is nobody else's: `Acme Cloud` gives `ac`, `Example` gives `exam`. */
export function suggestPrefix(name: string): string {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
  const words = plain.match(/[a-z0-9]+/g) ?? []
  const initials = words.map((word) => word.slice(0, 1)).join('')
  const short = words.length > 1 ? initials.slice(0, 4) : (words[0] ?? '').slice(0, 4)
  return /^[a-z]/.test(short) && short !== 'mk' && isSoundPrefix(short) ? short : 'key'
}

function isSoundPrefix(prefix: string): boolean {
  return mistakesOf({ name: 'Example', prefix, resources: [], requestsPerMinute: 600, errors: 'problem' }).length === 0
}

function text(value: string): string {
  return JSON.stringify(value)
}

function list(values: readonly string[]): string {
  return `[${values.map(text).join(', ')}]`
}

function oneLine(name: string): string {
  return name.replaceAll(/\s+/g, ' ')
}
