import { shellText } from './shell.ts'

export const projectsText = {
  title: shellText.pages.projects,
  description: 'A key can be bound to one project, and then reaches nothing outside of it.',
  columns: { name: 'Name', id: 'Id', created: 'Created' },
  empty: { title: 'No projects yet', description: 'Make one for each thing whose keys should not reach the others.' },
  create: { button: 'Create project', title: 'Create a project', name: 'Name', submit: 'Create' },
  rename: { button: 'Rename', title: (name: string) => `Rename ${name}`, name: 'Name', submit: 'Save' },
  delete: {
    button: 'Delete',
    title: (name: string) => `Delete ${name}`,
    why: 'Every key of this project is revoked at once, for good.',
    submit: 'Delete',
  },
} as const
