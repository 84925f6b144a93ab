import { reasons, statusOf } from '@mintmark/core'

/** Outcomes of requests that spent from their key's window: accepted, and refused by a check after the window. */
export const chargedOutcomes: readonly string[] = ['accepted', ...reasons.filter((reason) => statusOf(reason) === 403)]
