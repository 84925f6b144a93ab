import {
  IconBook2,
  IconBuilding,
  IconChartBar,
  IconFolders,
  IconKey,
  IconListSearch,
  IconUser,
  IconUsers,
  IconWebhook,
} from '@tabler/icons-react'
import type { ComponentType } from 'react'
import type { Installation } from '../installation.ts'
import { shellText as text } from '../text/shell.ts'

/** An entry of the navigation. It is there for whom the page has something to show. */
export type NavigationEntry = {
  readonly path: string
  readonly label: string
  readonly icon: ComponentType<{ readonly size?: number; readonly 'aria-hidden'?: true }>
  /** Null: for every member. */
  readonly permission: string | null
  /** Served by the server itself, beside the dashboard. */
  readonly isOutside?: true
}

export type NavigationGroup = { readonly label: string; readonly entries: readonly NavigationEntry[] }

export function navigationOf({ keysPath, keysTitle }: Installation): readonly NavigationGroup[] {
  return [
    {
      label: text.groups.developer,
      entries: [
        // Everybody sees the keys that he owns.
        { path: keysPath, label: keysTitle, icon: IconKey, permission: null },
        { path: '/settings/usage', label: text.pages.usage, icon: IconChartBar, permission: 'usage:read' },
        {
          path: '/settings/developer/webhooks',
          label: text.pages.webhooks,
          icon: IconWebhook,
          permission: 'webhooks:read',
        },
        { path: '/reference', label: text.pages.reference, icon: IconBook2, permission: null, isOutside: true },
      ],
    },
    {
      label: text.groups.organization,
      entries: [
        { path: '/settings/members', label: text.pages.members, icon: IconUsers, permission: 'users:read' },
        { path: '/settings/projects', label: text.pages.projects, icon: IconFolders, permission: 'projects:read' },
        {
          path: '/settings/audit-log',
          label: text.pages.auditLog,
          icon: IconListSearch,
          permission: 'audit_events:read',
        },
        {
          path: '/settings/organization',
          label: text.pages.organization,
          icon: IconBuilding,
          permission: 'organization:read',
        },
      ],
    },
    {
      label: text.groups.person,
      entries: [{ path: '/settings/profile', label: text.pages.profile, icon: IconUser, permission: null }],
    },
  ]
}
