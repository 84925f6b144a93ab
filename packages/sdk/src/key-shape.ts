import { createKeyFormat, createLegacyFormat, sessionTokenFormat, type Contract } from '@mintmark/core'

/** Whether a text has the shape, checksum included, of anything that Mintmark would look up. */
export type CouldBeCredential = (text: string) => boolean

export function createKeyShape({ keys }: Pick<Contract, 'keys'>): CouldBeCredential {
  const format = createKeyFormat(keys)
  const legacy = createLegacyFormat(keys.legacy)
  return (text) =>
    format.parse(text) !== null || sessionTokenFormat.parse(text) !== null || legacy.hashesOf(text).length > 0
}
