import { shellText } from './shell.ts'

export const organizationText = {
  title: shellText.pages.organization,
  description: 'What you and everybody else here belongs to.',
  name: 'Name',
  save: 'Save',
  saved: 'Saved',
  readOnly: 'Your role may not change this.',
  id: 'Id',
  tier: 'Tier',
  limit: 'Requests for each key',
  limitOf: (limit: number, windowSeconds: number) => `${limit} in any ${windowSeconds} seconds`,
  byTier: 'As the tier says',
  status: 'Status',
  created: 'Created',
  statuses: { active: 'Active', suspended: 'Suspended' },
} as const
