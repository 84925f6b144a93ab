export const embedText = {
  ended: 'Your session has ended',
  endedHelp: 'Load this page again to go on.',
} as const
