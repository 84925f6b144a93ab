export const listText = {
  more: 'Show more',
  actions: 'Actions',
  actionsFor: (name: string) => `Actions for ${name}`,
  typeToConfirm: (name: string) => `Type ${name} to confirm`,
  cancel: 'Cancel',
  close: 'Close',
  scrollable: (name: string) => `${name}, to be moved to the side`,
  pages: 'Pages of the list',
  previous: 'Previous',
  next: 'Next',
  page: (number: number) => `Page ${number}`,
} as const
