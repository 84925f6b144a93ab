/** `application/json`, with the one charset that JSON has (RFC 8259 section 11) or none; spaces as RFC 9110 lets them be. */
const json = /^application\/json *(?:; *charset=(?:utf-8|"utf-8") *)?$/i

/** Whether a body is announced as JSON. A second type, another parameter, a tab: no. */
export function isJsonContentType(value: string | undefined): boolean {
  // Nearly every client writes exactly one of these.
  if (value === 'application/json' || value === 'application/json; charset=utf-8') return true
  return value !== undefined && value.length <= 64 && json.test(value)
}
