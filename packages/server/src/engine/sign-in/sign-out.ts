import { isoTime } from '../keys/key-view.ts'
import { parseMadeId, type SignInId } from '@mintmark/core'
import { notFound } from '../refused.ts'
import { asPerson, present, type Browser } from './browser.ts'
import type { SignInParts } from './parts.ts'

const maxListed = 100

export type SignInView = {
  readonly id: SignInId
  readonly createdAt: string
  readonly lastSeenAt: string
  readonly ip: string | null
  readonly userAgent: string | null
  readonly current: boolean
}

/** Ends the sign-in that asks, and every session token that came of it. */
export async function signOut(parts: SignInParts, browser: Browser): Promise<void> {
  await asPerson(parts, browser, {
    stage: 'either',
    async work({ stores, nowMs, tell }, { signIn }) {
      stores.mustFit()
      await stores.signIns.end(signIn, await nowMs())
      const target = { type: 'person', id: signIn.userId }
      await tell({ action: 'person.signed_out', target, changes: { signInId: signIn.id } })
    },
  })
}

export async function signOutEverywhere(parts: SignInParts, browser: Browser): Promise<void> {
  await asPerson(parts, browser, {
    async work({ stores, nowMs, tell }, { signIn }) {
      stores.mustFit()
      const signIns = await stores.signIns.endAll(signIn.userId, await nowMs())
      await tell({
        action: 'person.signed_out_everywhere',
        target: { type: 'person', id: signIn.userId },
        changes: { signIns },
      })
    },
  })
}

/** Where he is signed in now, newest first. */
export async function listSignIns(
  parts: SignInParts,
  browser: Browser,
): Promise<{ readonly data: readonly SignInView[] }> {
  const { signIn: current } = await present(parts, browser)
  return parts.storage.read('every-organization', async (stores) => {
    const signIns = await stores.signIns.list(current.userId, await stores.nowMs(), maxListed)
    const data = signIns.map(({ id, createdAtMs, lastSeenAtMs, ip, userAgent }) => ({
      id,
      createdAt: isoTime(createdAtMs),
      lastSeenAt: isoTime(lastSeenAtMs),
      ip,
      userAgent,
      current: id === current.id,
    }))
    return { data }
  })
}

/** Ends one of his own. True: it was the one that asks. */
export async function endSignIn(parts: SignInParts, browser: Browser, idText: string): Promise<boolean> {
  const id = parseMadeId('sin', idText)
  return asPerson(parts, browser, {
    async work({ stores, nowMs, tell }, { signIn: current }) {
      stores.mustFit()
      const atMs = await nowMs()
      const own = await stores.signIns.list(current.userId, atMs, maxListed)
      const ending = own.find((signIn) => signIn.id === id)
      if (ending === undefined) throw notFound()
      await stores.signIns.end(ending, atMs)
      const target = { type: 'person', id: current.userId }
      await tell({ action: 'person.signed_out', target, changes: { signInId: ending.id } })
      return ending.id === current.id
    },
  })
}
