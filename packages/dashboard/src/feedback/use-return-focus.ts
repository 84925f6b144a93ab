import { useEffect, useState } from 'react'

/** What had the focus outside of all dialogs when the last one was opened: one may follow another. */
let outside: HTMLElement | null = null

/**
 * Gives the focus back, when a dialog is taken down, to where it was when it was put up (WAI-ARIA Authoring Practices,
 * Dialog): without it whoever uses the keyboard begins at the top of the page again. Mantine does so for dialogs that
 * stay mounted; ours exist only while they are open, so that nothing typed into one outlives it.
 */
export function useReturnFocus(): void {
  const [opener] = useState(noteOpener)
  useEffect(
    () => () => {
      const place = opener?.isConnected === true ? opener : outside
      // After the dialog's own trap has let go of the focus.
      setTimeout(() => {
        if (document.querySelector('[role="dialog"]') === null || place === opener) place?.focus()
      })
    },
    [opener],
  )
}

function noteOpener(): HTMLElement | null {
  const active = document.activeElement
  if (!(active instanceof HTMLElement) || active === document.body) return null
  if (active.closest('[role="dialog"], [role="menu"]') === null) outside = active
  return active
}
