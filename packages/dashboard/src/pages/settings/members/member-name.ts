import type { Member } from '@mintmark/sdk'

/** What a member is called: those whom a company's backend brought may have no name and no address. */
export function nameOf({ name, email, id }: Pick<Member, 'name' | 'email' | 'id'>): string {
  return name ?? email ?? id
}
