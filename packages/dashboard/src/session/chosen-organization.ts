import { useLocalStorage } from '@mantine/hooks'
import type { Person, PersonOrganization } from '../auth/auth-client.ts'

const storageKey = 'mintmark-organization'

export type ChosenOrganization = {
  /** Null: the person belongs to none. */
  readonly organization: PersonOrganization | null
  readonly choose: (id: string) => void
}

/** The organization that was chosen last in this browser, as long as the person belongs to it; else his first. */
export function useChosenOrganization({ organizations }: Person): ChosenOrganization {
  const [id, choose] = useLocalStorage({ key: storageKey, defaultValue: '', getInitialValueInEffect: false })
  const organization = organizations.find((one) => one.id === id) ?? organizations[0] ?? null
  return { organization, choose }
}
