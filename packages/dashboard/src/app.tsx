import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { Suspense, useState } from 'react'
import { BrowserRouter, Route, Routes } from 'react-router'
import { PageLoader } from './feedback/page-loader.tsx'
import { InstallationContext } from './installation-context.ts'
import type { Installation } from './installation.ts'
import { NotFoundPage } from './pages/not-found/not-found-page.tsx'
import { HomePage } from './pages/home-page.tsx'
import { memberPages, operatorPages, personPages, visitorPages, type PageEntry } from './pages/page-table.ts'
import { SignedIn } from './session/signed-in.tsx'
import { createQueryClient } from './session/query-client.ts'
import { Shell } from './shell/shell.tsx'
import { VisitorShell } from './shell/visitor-shell.tsx'
import { contrastVariables, themeOf } from './theme/theme.ts'

type AppProps = { readonly installation: Installation; readonly nonce: string }

export function App({ installation, nonce }: AppProps) {
  const [queries] = useState(createQueryClient)
  const [theme] = useState(() => themeOf(installation.accent))
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      cssVariablesResolver={contrastVariables}
      getStyleNonce={() => nonce}
    >
      <InstallationContext value={installation}>
        <QueryClientProvider client={queries}>
          <BrowserRouter>
            <Pages installation={installation} />
          </BrowserRouter>
        </QueryClientProvider>
      </InstallationContext>
    </MantineProvider>
  )
}

/** The tree of pages: who may come where. What a member may do there is decided page by page, and by the server. */
function Pages({ installation }: { readonly installation: Installation }) {
  return (
    <Suspense fallback={<PageLoader />}>
      <Routes>
        <Route element={<VisitorShell />}>{visitorPages.map(routeOf)}</Route>
        {operatorPages.map(routeOf)}
        <Route element={<SignedIn />}>
          <Route element={<VisitorShell />}>{personPages.map(routeOf)}</Route>
          <Route element={<Shell />}>
            <Route index element={<HomePage />} />
            <Route path="/settings" element={<HomePage />} />
            {memberPages(installation).map(routeOf)}
            <Route path="*" element={<NotFoundPage />} />
          </Route>
        </Route>
      </Routes>
    </Suspense>
  )
}

function routeOf({ path, page: Page }: PageEntry) {
  return <Route key={path} path={path} element={<Page />} />
}
