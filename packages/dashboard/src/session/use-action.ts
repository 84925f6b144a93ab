import { MintmarkError } from '@mintmark/sdk'
import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useSession } from './session-context.ts'

export type Action<Input, Result> = {
  readonly isRunning: boolean
  readonly error: Error | null
  /** Resolves to the result, or to null where it failed or the person thought better of it. Never rejects. */
  readonly run: (input: Input) => Promise<Result | null>
  readonly reset: () => void
}

/**
 * One act of a person: runs once at a time, asks for his password again where the server wants it, and lets every list
 * be read again afterwards. Its result is handed on and kept nowhere: it may hold a key, which no cache may have.
 */
export function useAction<Input, Result>(act: (input: Input) => Promise<Result>): Action<Input, Result> {
  const { refreshStanding, stepUp } = useSession()
  const queries = useQueryClient()
  const isBusy = useRef(false)
  const [state, setState] = useState<Pick<Action<Input, Result>, 'isRunning' | 'error'>>(idle)

  async function attempt(input: Input): Promise<Result | null> {
    try {
      return await act(input)
    } catch (error) {
      if (stepUp === null || reasonOf(error) !== 'step_up_required') throw error
      return (await stepUp.ask()) ? await act(input) : null
    }
  }

  async function run(input: Input): Promise<Result | null> {
    if (isBusy.current) return null
    isBusy.current = true
    setState({ isRunning: true, error: null })
    try {
      const result = await attempt(input)
      void queries.invalidateQueries()
      setState(idle)
      return result
    } catch (error) {
      // Whoever was refused may have lost a right: his buttons go with it.
      if (error instanceof MintmarkError && error.status === 403) void refreshStanding()
      // What failed for being late or foreign leaves a list that is not true any more.
      void queries.invalidateQueries()
      setState({ isRunning: false, error: error instanceof Error ? error : new Error(String(error)) })
      return null
    } finally {
      isBusy.current = false
    }
  }

  return { ...state, run, reset: () => setState(idle) }
}

const idle = { isRunning: false, error: null }

function reasonOf(error: unknown): string | null {
  return error instanceof MintmarkError ? error.reason : null
}
