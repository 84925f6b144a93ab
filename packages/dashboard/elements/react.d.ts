import type { ReactElement } from 'react'
import type { ProvidedToken } from './index.js'

export type MintmarkApiKeysProps = {
  /** Where Mintmark is: `https://keys.example.com`. */
  readonly server: string
  /** Asked for a session token whenever one is needed: of your own backend, which gets it from `POST /v1/sessions`. */
  readonly fetchToken: () => Promise<ProvidedToken>
  /** Default: as the system has it. */
  readonly colorScheme?: 'light' | 'dark'
  readonly className?: string
  readonly onSessionEnded?: () => void
}

export declare function MintmarkApiKeys(props: MintmarkApiKeysProps): ReactElement
