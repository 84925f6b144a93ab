import type { ApiKey, Member, Pages, Project } from '@mintmark/sdk'
import { useQuery } from '@tanstack/react-query'
import { useSession } from './session-context.ts'
import { apiKeysText as text } from '../text/api-keys.ts'

/** Names that are read at most: a list with more shows ids where it has no name. */
const mostNames = 500
const namesStayMs = 60_000

/** What people call the things that a key names by id. */
export type Names = {
  readonly projects: readonly Project[]
  readonly project: (id: string) => string
  readonly owner: (owner: ApiKey['owner']) => string
  readonly member: (userId: string) => string
}

/** Ids stand for themselves where whoever looks may not read names. */
export function useNames(): Names {
  const { mintmark, may, standing } = useSession()
  const projects = useQuery({
    queryKey: ['projects', 'names'],
    queryFn: ({ signal }) => readSome(mintmark.projects.list({ limit: 100 }, { signal })),
    enabled: may('projects:read'),
    staleTime: namesStayMs,
  })
  const members = useQuery({
    queryKey: ['members', 'names'],
    queryFn: ({ signal }) => readSome(mintmark.users.list({ limit: 100 }, { signal })),
    enabled: may('users:read'),
    staleTime: namesStayMs,
  })
  const member = (userId: string): string => {
    if (userId === standing.userId) return text.owner.you
    return nameOf(members.data?.find(({ id }) => id === userId)) ?? userId
  }
  return {
    projects: projects.data ?? [],
    project: (id) => projects.data?.find((project) => project.id === id)?.name ?? id,
    member,
    owner: (owner) => (owner.type === 'organization' ? text.owner.organization(owner.role) : member(owner.userId)),
  }
}

function nameOf(member: Member | undefined): string | null {
  return member?.name ?? member?.email ?? null
}

async function readSome<Item>(pages: Pages<Item>): Promise<readonly Item[]> {
  const found: Item[] = []
  for await (const item of pages) {
    found.push(item)
    if (found.length >= mostNames) break
  }
  return found
}
