import { shellText } from './shell.ts'

export const usageText = {
  title: shellText.pages.usage,
  description: 'What the keys were used for, a few seconds behind.',
  project: 'Project',
  allProjects: 'All projects',
  environment: 'Environment',
  allEnvironments: 'All environments',
  environments: { live: 'Live', test: 'Test' },
  range: 'Period',
  empty: {
    title: 'No requests in this time',
    description: 'Verify a key of this organization, and it is counted here.',
  },
  accepted: 'Accepted',
  refused: 'Refused',
  share: 'Accepted share',
  topKeys: {
    title: 'Keys that asked the most',
    name: 'Key',
    empty: { title: 'No keys', description: 'Keys that are used are listed here.' },
  },
  reasons: {
    title: 'Refusals by reason',
    reason: 'Reason',
    count: 'Requests',
    empty: { title: 'Nothing was refused', description: 'Refusals are counted here by their reason.' },
  },
} as const
