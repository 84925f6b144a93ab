import type { Body, Schema } from './rest.ts'

/** A question about one credential, as `POST /v1/verify` takes it (API.md section 5). */
export type Question = Body<'verify'>

/** What became of it. A refusal is a verdict like any other, never an error. */
export type Verdict = Schema<'Verdict'>

/** A verified key: what it is, and what it may do now. */
export type VerifiedKey = NonNullable<Verdict['key']>

/** A verified session token of a member. */
export type VerifiedSession = NonNullable<Verdict['session']>
