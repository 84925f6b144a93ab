export { AlternateFuturesError } from './alternate-futures-error.ts'
export { AlternateFuturesSdk, type SdkOptions } from './alternate-futures-sdk.ts'
export type { ApiKey, ApiKeyRateLimit, MintedApiKey, NewApiKey } from './api-keys.ts'
export type { Resource } from './collection.ts'
