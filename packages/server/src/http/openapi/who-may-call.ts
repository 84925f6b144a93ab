import type { Policy, ScopeRule } from '../../engine/policy.ts'

const scopeNotes = {
  any: '',
  'own project': ' Project-scoped credentials: their own project only, else 403 scope_violation.',
  'organization only': ' Project-scoped credentials: 403 scope_violation.',
  filtered: ' Project-scoped credentials: what is of their project only.',
} as const satisfies Record<ScopeRule, string>

/** Said in the document, because OpenAPI has no word for permissions of a bearer token (3.1 section 4.8.30). */
export function whoMayCall({ who, permission, scope, orOwn }: Policy): string {
  const own = orOwn
    ? ' Members always may with the keys that they own, and a key may with itself as far as it goes.'
    : ''
  switch (who) {
    case 'public':
      return 'Needs no credential.'
    case 'any':
      return 'For any credential.'
    case 'guard':
      return 'For API keys and session tokens: the credential of the request that is guarded.'
    case 'operator':
      return 'For operator keys.'
    case 'operator or member':
      return 'For operator keys, those that can only verify too, and session tokens.'
    case 'operator in organization':
      return 'For operator keys that say in which organization.'
    case 'verify':
      return 'For operator keys, those that can do nothing else too.'
    case 'session':
      return 'For session tokens.'
    case 'tenant or installation':
      return `${permission === null ? '' : `Permission: ${permission}. `}Operators outside any organization are answered of the installation itself.${scopeNotes[scope]}`
    case 'tenant':
      return `${permission === null ? 'For credentials in an organization.' : `Permission: ${permission}.${own}`}${scopeNotes[scope]}`
  }
}
