/** The process's clock: milliseconds UTC, never running backwards. */
export type Clock = { nowMs(): number }

/** Cryptographically secure bytes. */
export type Random = (byteCount: number) => Uint8Array
