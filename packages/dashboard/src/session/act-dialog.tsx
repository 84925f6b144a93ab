import type { ReactNode } from 'react'
import { FormDialog } from '../feedback/form-dialog.tsx'
import { useAction } from './use-action.ts'

type ActDialogProps<Result> = {
  readonly title: string
  /** What the button says that does it. */
  readonly submit: string
  /** What is done cannot be undone. */
  readonly isDangerous?: boolean
  /** To be typed before. */
  readonly confirm?: string
  readonly isIncomplete?: boolean
  readonly size?: 'md' | 'lg'
  readonly act: () => Promise<Result>
  /** Default: the dialog closes. */
  readonly onDone?: (result: Result) => void
  readonly onClose: () => void
  readonly children: ReactNode
}

/** One act of a member, and the dialog that he begins it in. */
export function ActDialog<Result>({ act, onDone, onClose, ...shown }: ActDialogProps<Result>) {
  const action = useAction(async () => ({ result: await act() }))
  const run = async (): Promise<void> => {
    const done = await action.run(undefined)
    if (done === null) return
    if (onDone === undefined) onClose()
    else onDone(done.result)
  }
  return <FormDialog {...shown} action={action} onSubmit={() => void run()} onClose={onClose} />
}
