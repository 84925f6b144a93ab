import type { Mintmark } from '@mintmark/sdk'
import { QueryClientProvider } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { createQueryClient } from '../../session/query-client.ts'
import { clientWith } from './operator-client.ts'
import { OperatorContext } from './operator-context.ts'
import { OperatorKeyPage } from './operator-key-page.tsx'
import { OperatorShell } from './operator-shell.tsx'

/** For who holds an operator key. It is in the state of this page, and nowhere else: to load the page again forgets it. */
export function OperatorPage() {
  const [mintmark, setMintmark] = useState<Mintmark | null>(null)
  if (mintmark === null) return <OperatorKeyPage onOpen={(key) => setMintmark(clientWith(key))} />
  return <OpenConsole mintmark={mintmark} onForget={() => setMintmark(null)} />
}

type OpenConsoleProps = { readonly mintmark: Mintmark; readonly onForget: () => void }

function OpenConsole({ mintmark, onForget }: OpenConsoleProps) {
  const [queries] = useState(createQueryClient)
  useEffect(() => () => queries.clear(), [queries])
  const value = useMemo(() => ({ mintmark, forget: onForget }), [mintmark, onForget])
  return (
    <OperatorContext value={value}>
      <QueryClientProvider client={queries}>
        <OperatorShell />
      </QueryClientProvider>
    </OperatorContext>
  )
}
