import { Button, Center, Paper } from '@mantine/core'
import type { ReactNode } from 'react'
import { ListStates } from '../feedback/list-states.tsx'
import { listText as text } from '../text/list.ts'
import classes from './data-table.module.css'
import type { PagedList } from './use-pages.ts'

export type Column<Item> = {
  readonly id: string
  readonly label: string
  readonly render: (item: Item) => ReactNode
  /** Buttons: at the right, under a heading that is only read out. */
  readonly isActions?: true
  /** A word, an address, a time: on one line where there is a table. */
  readonly isShort?: true
}

type DataTableProps<Item> = {
  /** Names the table to who does not see the heading above it. */
  readonly label: string
  readonly list: PagedList<Item>
  readonly columns: readonly Column<Item>[]
  readonly idOf: (item: Item) => string
  readonly empty: ReactNode
  /** Many columns: it may be moved to the side where there is no room for them, before its rows become cards. */
  readonly isWide?: boolean
}

/** A list as a table; where there is no room for one, each row is a card. */
export function DataTable<Item>({ label, list, columns, idOf, empty, isWide = false }: DataTableProps<Item>) {
  return (
    <Paper withBorder className={classes.frame}>
      <ListStates query={list} empty={empty}>
        {(items) => (
          <>
            <Rows label={label} items={items} columns={columns} idOf={idOf} isWide={isWide} />
            {list.hasMore && (
              <Center p="sm">
                <Button variant="default" loading={list.isLoadingMore} onClick={list.loadMore}>
                  {text.more}
                </Button>
              </Center>
            )}
          </>
        )}
      </ListStates>
    </Paper>
  )
}

type RowsProps<Item> = Pick<DataTableProps<Item>, 'label' | 'columns' | 'idOf' | 'isWide'> & {
  readonly items: readonly Item[]
}

/** The roles are said once more: a table that is laid out as cards is none to browsers any more. */
export function Rows<Item>({ label, items, columns, idOf, isWide = false }: RowsProps<Item>) {
  const table = (
    <table role="table" aria-label={label} className={classes.table} data-wide={isWide || undefined}>
      <thead role="rowgroup" className={classes.head}>
        <tr role="row">
          {columns.map(({ id, label: name, isActions }) => (
            <th key={id} role="columnheader" scope="col" data-actions={isActions}>
              <span>{name}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {items.map((item) => (
          <tr key={idOf(item)} role="row" className={classes.row}>
            {columns.map(({ id, label: name, render, isActions, isShort }) => (
              <td key={id} role="cell" data-label={name} data-actions={isActions} data-short={isShort}>
                {render(item)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
  if (!isWide) return table
  return (
    <div className={classes.wide} role="group" aria-label={text.scrollable(label)} tabIndex={0}>
      {table}
    </div>
  )
}
