import { createId, type KeyId } from '@mintmark/core'
import type { Random } from './ports/clock.ts'

/** A random id that stands where a deleted key's stood. Nothing links the two. */
export function createTombstone(random: Random): KeyId {
  return createId('key', random)
}
