export const feedbackText = {
  loading: 'Loading',
  tryAgain: 'Try again',
  unreachable: 'The server cannot be reached',
  stale: 'This was read before, and may have changed since',
  unreachableHelp: 'This page asks again by itself every few seconds.',
  refused: 'You may not see this',
  notFound: 'This is not here any more',
  failed: 'That did not work',
  broken: 'This page could not be shown',
  brokenHelp:
    'It may have been replaced by a newer one meanwhile. Load it again; if that does not help, tell whoever runs this server.',
  reload: 'Load the page again',
  requestId: (id: string) => `Request ${id}`,
  copy: 'Copy',
  copied: 'Copied',
  never: 'Never',
} as const
