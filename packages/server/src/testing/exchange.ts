/** An answer as it came. `body` is parsed where it is JSON. */
export type Answer = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // Tests look into it as they know it to be.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any
}

/** One request and its answer. */
export type Exchange = {
  /** Of the node. */
  readonly url: string
  readonly method: string
  /** Path and query. */
  readonly path: string
  /** The credential that was sent, if any. */
  readonly key?: string | undefined
  /** The body that was sent, before it was made JSON, if any. Missing where nobody has looked. */
  readonly sent?: { readonly body: unknown }
  readonly answer: Answer
}
