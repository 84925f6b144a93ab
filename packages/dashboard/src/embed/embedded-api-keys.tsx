import '@mantine/core/styles.css'
import { createTheme, MantineProvider, mergeThemeOverrides, type MantineThemeOverride } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from 'react'
import { MemoryRouter, Route, Routes } from 'react-router'
import { EmptyState } from '../feedback/empty-state.tsx'
import { PageLoader } from '../feedback/page-loader.tsx'
import { InstallationContext } from '../installation-context.ts'
import { SessionProvider } from '../session/session-provider.tsx'
import type { FetchToken } from '../session/tokens.ts'
import { useContract } from '../session/use-contract.ts'
import { OwnsWindowContext } from '../shell/window-title.ts'
import { embedText as text } from '../text/embed.ts'
import { contrastVariables, themeOf } from '../theme/theme.ts'
import { rootClass } from './shadow-styles.ts'

const ApiKeysPage = lazy(async () => ({
  default: (await import('../pages/settings/developer/api-keys/api-keys-page.tsx')).ApiKeysPage,
}))
const KeyPage = lazy(async () => ({
  default: (await import('../pages/settings/developer/api-keys/key/key-page.tsx')).KeyPage,
}))

export type EmbeddedApiKeysProps = {
  /** Where Mintmark is, without a slash at its end. */
  readonly server: string
  readonly fetchToken: FetchToken
  readonly onEnded: () => void
  /** In the shadow root: everything is drawn in it, dialogs too. */
  readonly root: HTMLElement
  /** `#rrggbb`; null: the contract's. */
  readonly accent: string | null
  readonly colorScheme: 'light' | 'dark'
  /** What the page's own letters are measured by, in pixels: ours are of the same size whatever it is. */
  readonly rootFontPixels: number
  readonly nonce: string
}

const usualAccent = '#2b8a3e'
const usualFontPixels = 16

export function EmbeddedApiKeys(props: EmbeddedApiKeysProps) {
  const { server, fetchToken, onEnded, root, colorScheme, rootFontPixels, nonce } = props
  const [contractAccent, setContractAccent] = useState(usualAccent)
  const [isEnded, setEnded] = useState(false)
  const accent = props.accent ?? contractAccent
  const theme = useMemo(
    () => mergeThemeOverrides(themeOf(accent), withinShadow(root, usualFontPixels / rootFontPixels)),
    [accent, root, rootFontPixels],
  )
  const end = useCallback(() => {
    setEnded(true)
    onEnded()
  }, [onEnded])
  return (
    <MantineProvider
      theme={theme}
      forceColorScheme={colorScheme}
      cssVariablesResolver={contrastVariables}
      cssVariablesSelector={`.${rootClass}`}
      getRootElement={() => root}
      getStyleNonce={() => nonce}
    >
      {isEnded ? (
        <EmptyState icon={IconLock} title={text.ended} description={text.endedHelp} />
      ) : (
        <SessionProvider server={server} fetchToken={fetchToken} onEnded={end} stepUp={null}>
          <OwnsWindowContext value={false}>
            <Pages onAccent={setContractAccent} />
          </OwnsWindowContext>
        </SessionProvider>
      )}
    </MantineProvider>
  )
}

/** Where the page is at is its own matter: the address belongs to the product around it. */
function Pages({ onAccent }: { readonly onAccent: (accent: string) => void }) {
  const { data: contract } = useContract()
  const accent = contract?.ui.accent
  useEffect(() => {
    if (accent !== undefined) onAccent(accent)
  }, [accent, onAccent])
  if (contract === undefined) return <PageLoader />
  const { keysPath } = contract.ui
  return (
    <InstallationContext value={contract.ui}>
      <MemoryRouter initialEntries={[keysPath]}>
        <Suspense fallback={<PageLoader />}>
          <Routes>
            <Route path={keysPath} element={<ApiKeysPage />} />
            <Route path={`${keysPath}/:keyId`} element={<KeyPage />} />
          </Routes>
        </Suspense>
      </MemoryRouter>
    </InstallationContext>
  )
}

/** What Mantine does to the page around it by itself: dialogs at the end of its body, and its scrolling stopped. */
function withinShadow(target: HTMLElement, scale: number): MantineThemeOverride {
  return createTheme({
    scale,
    fontFamily: 'var(--mintmark-font, system-ui, sans-serif)',
    components: {
      Portal: { defaultProps: { target } },
      Modal: { defaultProps: { lockScroll: false } },
    },
  })
}
