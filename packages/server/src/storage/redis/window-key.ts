/** Tags that Redis Cluster spreads over its slots; a call of the script covers the keys of one tag. */
export const WINDOW_TAGS = 256

const FNV_OFFSET = 0x81_1c_9d_c5
const FNV_PRIME = 0x01_00_01_93

/** 0 to 255, the same on every node and in every release: FNV-1a, folded, since its low bits alone mix badly. */
export function windowTagOf(keyId: string): number {
  let hash = FNV_OFFSET
  for (let index = 0; index < keyId.length; index++) {
    hash = Math.imul(hash ^ keyId.charCodeAt(index), FNV_PRIME)
  }
  return ((hash >>> 16) ^ hash) & (WINDOW_TAGS - 1)
}

/** Where the window of a key lies in Redis. */
export function windowKey(keyId: string): string {
  return `mintmark:{w${windowTagOf(keyId)}}:${keyId}`
}

/** A window of the same tag that no key has, to try out whether one can be spent from. */
export function probeKey(tag: number): string {
  return `mintmark:{w${tag}}`
}
