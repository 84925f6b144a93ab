import { invalid } from '../refused.ts'

/** RFC 5321 section 4.5.3.1.3: a path has 256 octets with its brackets. */
const maxEmailLength = 254

/** Enough to be written to; whether somebody reads there, only a mail can tell. */
export function requireEmail(email: string): void {
  const plain = email.length <= maxEmailLength && /^[^\s@]+@[^\s@]+$/.test(email) && !/\p{Cc}/u.test(email)
  if (!plain || !email.isWellFormed()) throw invalid('email', 'Write an address such as ada@example.com.')
}
