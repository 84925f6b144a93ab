import type { Contract, MintedApiKey, Project } from '@mintmark/sdk'
import { useState } from 'react'
import { FormDialog } from '../../../../../feedback/form-dialog.tsx'
import { useSession } from '../../../../../session/session-context.ts'
import { useAction } from '../../../../../session/use-action.ts'
import { createKeyText as text, mintedKeyText } from '../../../../../text/api-keys.ts'
import { KeyForm } from './key-form.tsx'
import { MintedKeyDialog } from './minted-key-dialog.tsx'
import { mintableScopes } from '../mintable-scopes.ts'
import { emptyKey, isIncomplete, mintBodyOf, type NewKey } from './new-key.ts'

type CreateKeyProps = {
  readonly contract: Contract
  readonly projects: readonly Project[]
  readonly onClose: () => void
}

/** From the form to the key, which lives in this component's state until it is taken down, and nowhere else. */
export function CreateKey({ contract, projects, onClose }: CreateKeyProps) {
  const { mintmark, standing } = useSession()
  const scopes = mintableScopes(contract, standing)
  const [draft, setDraft] = useState<NewKey>(() => emptyKey(scopes, contract, projects.length > 0))
  const [minted, setMinted] = useState<MintedApiKey | null>(null)
  const action = useAction((key: NewKey) => mintmark.keys.create(mintBodyOf(key, Date.now())))
  if (minted !== null) return <MintedKeyDialog title={mintedKeyText.created} minted={minted} onClose={onClose} />
  return (
    <FormDialog
      title={text.title}
      submit={text.submit}
      size="lg"
      isIncomplete={isIncomplete(draft)}
      action={action}
      onSubmit={() => void action.run(draft).then(setMinted)}
      onClose={onClose}
    >
      <KeyForm
        contract={contract}
        scopes={scopes}
        projects={projects}
        value={draft}
        onChange={(change) => setDraft((before) => ({ ...before, ...change }))}
      />
    </FormDialog>
  )
}
