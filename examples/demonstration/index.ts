export { openEmbedded, type EmbeddedMintmark } from './embedded.ts'
export { openRemote, type RemoteMintmark } from './remote.ts'
export { runExample, type Place, type ServedExample } from './run-example.ts'
export type { RunningMintmark } from './running-mintmark.ts'
