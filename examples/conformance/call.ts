export type CallOptions = {
  /** In `Authorization: Bearer`. */
  readonly key?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

export type Answer = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Of JSON; else null. */
  // eslint-disable-next-line typescript/no-explicit-any -- tests look into whatever came
  readonly body: any
}

/** One request, as any client makes it. */
export async function call(method: string, url: string, { key, headers, body }: CallOptions = {}): Promise<Answer> {
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '') && text !== ''
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : null }
}
