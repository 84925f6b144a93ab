import { createHmac, timingSafeEqual } from 'node:crypto'

/** RFC 6238 with the values that every authenticator app takes: SHA-1, 30 seconds, six digits. */
const stepMs = 30_000
const digits = 6
/** RFC 4226 section 4, R6: as long as the hash. */
export const totpSecretBytes = 20
/** Clocks differ, and typing takes time: the step before and the one after are good too. */
const tolerance = [0, -1, 1] as const

/** The time step of which this is the code; null: of none that is good now. */
export function totpStepOf(secret: Uint8Array, code: string, nowMs: number): number | null {
  if (!/^\d{6}$/.test(code)) return null
  const current = Math.floor(nowMs / stepMs)
  return tolerance.map((offset) => current + offset).find((step) => isCode(totpCode(secret, step), code)) ?? null
}

/** @param step number of the 30 seconds since 1970 */
export function totpCode(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  // Dynamic truncation (RFC 4226 section 5.3).
  const number = mac.readUInt32BE(mac.readUInt8(mac.length - 1) & 0x0f) & 0x7fffffff
  return String(number % 10 ** digits).padStart(digits, '0')
}

export function totpStepAt(timeMs: number): number {
  return Math.floor(timeMs / stepMs)
}

function isCode(expected: string, code: string): boolean {
  return timingSafeEqual(Buffer.from(expected), Buffer.from(code))
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** RFC 4648 section 6, without padding: what people type and apps read. */
export function base32(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff
    bits += 8
    for (; bits >= 5; bits -= 5) text += alphabet.charAt((value >>> (bits - 5)) & 31)
  }
  return bits > 0 ? text + alphabet.charAt((value << (5 - bits)) & 31) : text
}

/** What an authenticator app reads from a QR code. */
export function totpUri(secret: Uint8Array, issuer: string, account: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`
  return `otpauth://totp/${label}?secret=${base32(secret)}&issuer=${encodeURIComponent(issuer)}`
}
