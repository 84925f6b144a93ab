import { Button, Group, Text } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { listText as text } from '../text/list.ts'
import type { CursorPages } from './use-cursor-pages.ts'

/** To the pages beside this one. Not there where everything fits on one. */
export function Pager({ pageNumber, previous, next }: Omit<CursorPages<unknown>, 'list'>) {
  if (previous === null && next === null) return null
  return (
    <Group component="nav" aria-label={text.pages} justify="center" gap="sm">
      <Button
        variant="default"
        leftSection={<IconChevronLeft size={16} aria-hidden />}
        disabled={previous === null}
        onClick={() => previous?.()}
      >
        {text.previous}
      </Button>
      <Text size="sm" aria-live="polite">
        {text.page(pageNumber)}
      </Text>
      <Button
        variant="default"
        rightSection={<IconChevronRight size={16} aria-hidden />}
        disabled={next === null}
        onClick={() => next?.()}
      >
        {text.next}
      </Button>
    </Group>
  )
}
