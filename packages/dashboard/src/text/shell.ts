/** Names of pages stand here once: in the navigation, in headings, in the window's title. */
export const shellText = {
  skipToContent: 'Skip to the content',
  navigation: 'Pages',
  openNavigation: 'Open the navigation',
  closeNavigation: 'Close the navigation',
  groups: { developer: 'Developer', organization: 'Organization', person: 'You' },
  pages: {
    usage: 'Usage',
    webhooks: 'Webhooks',
    reference: 'API reference',
    members: 'Members',
    projects: 'Projects',
    auditLog: 'Audit log',
    organization: 'Organization',
    profile: 'Profile',
  },
  organization: {
    switch: (current: string) => `${current}: Switch the organization`,
    none: 'You belong to no organization',
    noneHelp: 'Ask somebody who administers one to invite you, and open the link that you get.',
  },
  person: { menu: 'Your account', signOut: 'Sign out' },
  colorScheme: { toLight: 'Switch to light colours', toDark: 'Switch to dark colours' },
  notFound: {
    title: 'Page not found',
    nothing: 'There is no page at this address',
    help: 'It may have been moved, or the link was cut short.',
    home: 'Go to the first page',
  },
  openOther: 'opens in a new tab',
} as const
