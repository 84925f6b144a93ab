import { Anchor } from '@mantine/core'
import { Link } from 'react-router'
import { VisitorCard } from '../shell/visitor-card.tsx'
import { signInText as text } from '../text/sign-in.ts'

/** A single-use link without its token: cut short, or the page was loaded again. */
export function BrokenLink() {
  return (
    <VisitorCard title={text.link.missing} description={text.link.missingHelp}>
      <Anchor component={Link} to="/sign-in" size="sm">
        {text.forgot.back}
      </Anchor>
    </VisitorCard>
  )
}
