import { Button, Menu, Text, TextInput } from '@mantine/core'
import type { Project } from '@mintmark/sdk'
import { IconFolders, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { EmptyState } from '../../../feedback/empty-state.tsx'
import { Time } from '../../../feedback/time.tsx'
import { DataTable, type Column } from '../../../list/data-table.tsx'
import { RowMenu } from '../../../list/row-menu.tsx'
import { usePages } from '../../../list/use-pages.ts'
import { ActDialog } from '../../../session/act-dialog.tsx'
import { useMintmark, useSession } from '../../../session/session-context.ts'
import { Page } from '../../../shell/page.tsx'
import { listText } from '../../../text/list.ts'
import { projectsText as text } from '../../../text/projects.ts'

type Chosen = { readonly act: 'rename' | 'delete'; readonly project: Project } | { readonly act: 'create' }

const columns: readonly Column<Project>[] = [
  {
    id: 'name',
    label: text.columns.name,
    render: ({ name }) => (
      <Text size="sm" fw={600}>
        {name}
      </Text>
    ),
  },
  {
    id: 'id',
    label: text.columns.id,
    render: ({ id }) => (
      <Text size="xs" ff="monospace">
        {id}
      </Text>
    ),
  },
  { id: 'created', label: text.columns.created, render: ({ createdAt }) => <Time value={createdAt} /> },
]

export function ProjectsPage() {
  const { mintmark, may } = useSession()
  const list = usePages(['projects'], (signal) => mintmark.projects.list({}, { signal }))
  const [chosen, choose] = useState<Chosen | null>(null)
  const mayAct = may('projects:write') || may('projects:delete')
  const create = may('projects:write') && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => choose({ act: 'create' })}>
      {text.create.button}
    </Button>
  )
  const actions: Column<Project> = {
    id: 'actions',
    label: listText.actions,
    isActions: true,
    render: (project) => <ProjectMenu project={project} onChoose={(act) => choose({ act, project })} />,
  }
  return (
    <Page title={text.title} description={text.description} actions={create}>
      <DataTable
        label={text.title}
        list={list}
        columns={mayAct ? [...columns, actions] : columns}
        idOf={({ id }) => id}
        empty={<EmptyState icon={IconFolders} {...text.empty} action={create} />}
      />
      {chosen !== null && <ProjectDialog chosen={chosen} onClose={() => choose(null)} />}
    </Page>
  )
}

type ProjectMenuProps = { readonly project: Project; readonly onChoose: (act: 'rename' | 'delete') => void }

function ProjectMenu({ project, onChoose }: ProjectMenuProps) {
  const { may } = useSession()
  return (
    <RowMenu name={project.name}>
      {may('projects:write') && (
        <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => onChoose('rename')}>
          {text.rename.button}
        </Menu.Item>
      )}
      {may('projects:delete') && (
        <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => onChoose('delete')}>
          {text.delete.button}
        </Menu.Item>
      )}
    </RowMenu>
  )
}

function ProjectDialog({ chosen, onClose }: { readonly chosen: Chosen; readonly onClose: () => void }) {
  if (chosen.act === 'delete') return <DeleteDialog project={chosen.project} onClose={onClose} />
  return <NameDialog project={chosen.act === 'rename' ? chosen.project : null} onClose={onClose} />
}

type NameDialogProps = { readonly project: Project | null; readonly onClose: () => void }

/** Makes a project, or gives one another name. */
function NameDialog({ project, onClose }: NameDialogProps) {
  const mintmark = useMintmark()
  const [name, setName] = useState(project?.name ?? '')
  const words = project === null ? text.create : { ...text.rename, title: text.rename.title(project.name) }
  const act = (): Promise<Project> =>
    project === null ? mintmark.projects.create({ name }) : mintmark.projects.update(project.id, { name })
  return (
    <ActDialog title={words.title} submit={words.submit} act={act} onClose={onClose}>
      <TextInput
        label={words.name}
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
        required
        maxLength={100}
        autoComplete="off"
        data-autofocus
      />
    </ActDialog>
  )
}

function DeleteDialog({ project, onClose }: { readonly project: Project; readonly onClose: () => void }) {
  const mintmark = useMintmark()
  return (
    <ActDialog
      title={text.delete.title(project.name)}
      submit={text.delete.submit}
      isDangerous
      confirm={project.name}
      act={() => mintmark.projects.delete(project.id)}
      onClose={onClose}
    >
      <Text size="sm">{text.delete.why}</Text>
    </ActDialog>
  )
}
