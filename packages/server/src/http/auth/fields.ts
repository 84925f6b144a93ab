import { Type } from 'typebox'
import { maxPasswordLength } from '../../engine/sign-in/password-policy.ts'

/** What bodies of `/auth` have in common. Their meaning is judged where it is used. */
export const Email = Type.String({ minLength: 3, maxLength: 254 })
export const Password = Type.String({ minLength: 1, maxLength: maxPasswordLength })
export const Token = Type.String({ minLength: 1, maxLength: 256 })
/** Six digits, or a recovery code. */
export const Code = Type.String({ minLength: 6, maxLength: 64 })
