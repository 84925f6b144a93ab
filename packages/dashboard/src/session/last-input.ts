const inputs = ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const

/** How many seconds nobody has touched this page: what it asks for by itself is not to keep a person signed in. */
export function watchInput(page: Window): () => number {
  let lastInputMs = Date.now()
  const note = (): void => {
    lastInputMs = Date.now()
  }
  for (const input of inputs) page.addEventListener(input, note, { capture: true, passive: true })
  // A clock that was set back has not made him idle for less than nothing.
  return () => Math.max(0, Math.floor((Date.now() - lastInputMs) / 1000))
}
