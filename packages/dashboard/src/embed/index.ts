import { defineApiKeysElement } from './api-keys-element.tsx'

export { MintmarkApiKeysElement, type ProvidedToken } from './api-keys-element.tsx'

defineApiKeysElement()
