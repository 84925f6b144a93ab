import { useState, type ChangeEvent, type FormEvent } from 'react'

export type Form<Values> = {
  readonly values: Values
  readonly error: Error | null
  readonly isSending: boolean
  readonly set: (change: Partial<Values>) => void
  /** The value of a text field, and how it changes. */
  readonly text: (name: keyof Values & string) => {
    readonly name: string
    readonly value: string
    readonly onChange: (event: ChangeEvent<HTMLInputElement>) => void
  }
  readonly submit: (event: FormEvent) => void
  /** The same where a button or a dialog asks for it. */
  readonly send: () => void
}

/** Values, one submission at a time, and why the last one failed. Fields are checked by the browser and by the server. */
export function useForm<Values extends object>(
  initial: Values,
  onSubmit: (values: Values) => Promise<unknown>,
): Form<Values> {
  const [values, setValues] = useState(initial)
  const [error, setError] = useState<Error | null>(null)
  const [isSending, setSending] = useState(false)
  const set = (change: Partial<Values>): void => setValues((before) => ({ ...before, ...change }))

  async function send(): Promise<void> {
    setSending(true)
    setError(null)
    try {
      await onSubmit(values)
    } catch (cause) {
      setError(cause instanceof Error ? cause : new Error(String(cause)))
    } finally {
      setSending(false)
    }
  }

  return {
    values,
    error,
    isSending,
    set,
    text: (name) => ({
      name,
      value: String(values[name]),
      onChange: ({ currentTarget }) => setValues((before) => ({ ...before, [name]: currentTarget.value })),
    }),
    submit(event) {
      event.preventDefault()
      if (!isSending) void send()
    },
    send() {
      if (!isSending) void send()
    },
  }
}
