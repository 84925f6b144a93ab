import { useEffect, useRef } from 'react'
import { defineApiKeysElement, type MintmarkApiKeysElement, type ProvidedToken } from './api-keys-element.tsx'

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

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'mintmark-api-keys': React.DetailedHTMLProps<React.HTMLAttributes<HTMLElement>, MintmarkApiKeysElement> & {
        readonly server?: string
        readonly token?: string
        readonly 'color-scheme'?: string
      }
    }
  }
}

defineApiKeysElement()

/** The keys page, in a shadow root. A new function in `fetchToken` starts nothing anew. */
export function MintmarkApiKeys(props: MintmarkApiKeysProps) {
  const { server, fetchToken, colorScheme, className, onSessionEnded } = props
  const element = useRef<MintmarkApiKeysElement>(null)
  useEffect(() => {
    if (element.current !== null) element.current.fetchToken = fetchToken
  }, [fetchToken])
  useEffect(() => {
    const current = element.current
    if (current === null || onSessionEnded === undefined) return
    current.addEventListener('mintmark-session-ended', onSessionEnded)
    return () => current.removeEventListener('mintmark-session-ended', onSessionEnded)
  }, [onSessionEnded])
  return (
    <mintmark-api-keys
      ref={element}
      server={server}
      {...(className !== undefined && { className })}
      {...(colorScheme !== undefined && { 'color-scheme': colorScheme })}
    />
  )
}
