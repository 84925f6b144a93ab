import { parseChosenId, type OrganizationId, type ProjectId, type UserId } from '@mintmark/core'

/**
 * What a claim keeps of an answer about something whose id was chosen: the same id may be another's tomorrow, or is
 * another organization's today. Whoever deletes such a thing erases this from the claims.
 */
export function projectResource(organizationId: OrganizationId, id: ProjectId): string {
  return `${organizationId}/project/${id}`
}

export function memberResource(organizationId: OrganizationId, id: UserId): string {
  return `${organizationId}/member/${id}`
}

export function parseProjectResource(text: string): ProjectId | null {
  const [, kind, id = ''] = text.split('/')
  return kind === 'project' ? parseChosenId('prj', id) : null
}

export function parseMemberResource(
  text: string,
): { readonly organizationId: OrganizationId; readonly userId: UserId } | null {
  const [within = '', kind, id = ''] = text.split('/')
  const organizationId = parseChosenId('org', within)
  const userId = parseChosenId('usr', id)
  return kind === 'member' && organizationId !== null && userId !== null ? { organizationId, userId } : null
}
