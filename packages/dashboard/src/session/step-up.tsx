import { createContext, lazy, Suspense, use, useCallback, useMemo, useRef, useState, type ReactNode } from 'react'
import type { StepUp, StepUpParts } from './session-context.ts'

const StepUpDialog = lazy(async () => ({ default: (await import('./step-up-dialog.tsx')).StepUpDialog }))

const StepUpContext = createContext<StepUp | null>(null)

export function useStepUp(): StepUp | null {
  return use(StepUpContext)
}

type StepUpProviderProps = {
  readonly parts: StepUpParts
  /** Before the act is tried again: the token of before does not know of the proof. */
  readonly onProved: () => Promise<unknown>
  readonly children: ReactNode
}

/** One dialog for all acts, over whichever dialog the act was begun in. */
export function StepUpProvider({ parts, onProved, children }: StepUpProviderProps) {
  const [isOpen, setOpen] = useState(false)
  const settle = useRef<((proved: boolean) => void) | null>(null)
  const close = useCallback((proved: boolean) => {
    setOpen(false)
    settle.current?.(proved)
    settle.current = null
  }, [])
  const stepUp = useMemo<StepUp>(
    () => ({
      ask() {
        settle.current?.(false)
        setOpen(true)
        return new Promise((resolve) => {
          settle.current = resolve
        })
      },
    }),
    [],
  )
  return (
    <StepUpContext value={stepUp}>
      {children}
      {isOpen && (
        <Suspense fallback={null}>
          <StepUpDialog
            hasPassword={parts.hasPassword}
            hasSecondFactor={parts.hasSecondFactor}
            onCancel={() => close(false)}
            onProve={async (proof) => {
              await parts.prove(proof)
              await onProved()
              close(true)
            }}
          />
        </Suspense>
      )}
    </StepUpContext>
  )
}
