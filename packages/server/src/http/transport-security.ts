import { isSecure } from './auth/same-site.ts'

/** A year (OWASP ASVS 5.0, 3.4.1): a browser that was here once by https comes by nothing else. */
const value = 'max-age=31536000'

/** What every answer says of how to come back, as name, value: nothing where people come by http. */
export function transportSecurity(publicUrl: string): readonly string[] {
  return isSecure(publicUrl) ? ['Strict-Transport-Security', value] : []
}
