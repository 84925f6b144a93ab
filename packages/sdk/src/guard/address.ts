const ipv4 = /^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(?:\.(?!$)|$)){4}$/

/**
 * An address in full as it can be asked about, without the zone that only its machine knows; null for what is none, as
 * what a client itself may have written into `X-Forwarded-For`.
 */
export function readAddress(text: string): string | null {
  const [address = ''] = text.split('%', 1)
  const isAddress = ipv4.test(address) || (/^[0-9a-fA-F:.]+$/.test(address) && URL.canParse(`http://[${address}]`))
  return isAddress ? address : null
}
