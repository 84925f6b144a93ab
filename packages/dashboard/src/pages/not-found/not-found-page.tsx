import { Button } from '@mantine/core'
import { IconMapOff } from '@tabler/icons-react'
import { Link } from 'react-router'
import { EmptyState } from '../../feedback/empty-state.tsx'
import { Page } from '../../shell/page.tsx'
import { shellText as text } from '../../text/shell.ts'

export function NotFoundPage() {
  return (
    <Page title={text.notFound.title}>
      <EmptyState
        icon={IconMapOff}
        title={text.notFound.nothing}
        description={text.notFound.help}
        action={
          <Button component={Link} to="/">
            {text.notFound.home}
          </Button>
        }
      />
    </Page>
  )
}
