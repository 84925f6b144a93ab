// IEEE 802.3, reflected: the CRC-32 of zip and gzip (RFC 1952 section 8).
const POLYNOMIAL = 0xedb88320

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let register = byte
  for (let bit = 0; bit < 8; bit++) register = (register >>> 1) ^ (register & 1 ? POLYNOMIAL : 0)
  return register
})

/** The register before the first byte. */
export const CRC32_START = -1

/** The register after one more byte (0 to 255). */
export function stepCrc32(register: number, byte: number): number {
  return (register >>> 8) ^ TABLE[(register ^ byte) & 255]!
}

/** The register after ASCII text. */
export function absorbCrc32(register: number, text: string): number {
  let next = register
  for (let index = 0; index < text.length; index++) next = stepCrc32(next, text.charCodeAt(index))
  return next
}

/** The checksum, 0 to 2^32 - 1, of what the register took in. */
export function finishCrc32(register: number): number {
  return ~register >>> 0
}
