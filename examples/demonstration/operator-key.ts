import { Mintmark } from '@mintmark/sdk'

/** What operator keys of the demonstration are called. */
export const operatorKeyName = 'demonstration'

/** A start on a busy machine takes its time. */
const patienceMs = 30_000

export function operatorOf(server: string, key: string): Mintmark {
  return new Mintmark({ server, key, timeoutMs: patienceMs })
}

/** Ends those of earlier starts on the same data, whose plaintext may lie about in a terminal. */
export async function endEarlierKeys(server: string, key: string): Promise<Mintmark> {
  const operator = operatorOf(server, key)
  const own = await operator.me()
  for await (const { id, name, status } of operator.operatorKeys.list()) {
    const isOwn = 'operatorKeyId' in own && own.operatorKeyId === id
    if (name === operatorKeyName && status === 'active' && !isOwn) await operator.operatorKeys.revoke(id)
  }
  return operator
}
