import { Paper } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './facts.module.css'

export type Fact = {
  readonly label: string
  readonly value: ReactNode
  /** An id, an address: each of its signs counts. */
  readonly isCode?: true
}

/** What there is to know of one thing. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <Paper withBorder component="dl" className={classes.list}>
      {facts.map(({ label, value, isCode }) => (
        <div key={label} className={classes.fact}>
          <dt>{label}</dt>
          <dd data-code={isCode}>{value}</dd>
        </div>
      ))}
    </Paper>
  )
}
