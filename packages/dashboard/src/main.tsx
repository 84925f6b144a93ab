import '@fontsource-variable/figtree/wght.css'
import './theme/styles.ts'
import { setNonce } from 'get-nonce'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { readInstallation, readNonce } from './installation.ts'

const nonce = readNonce(document)
// For the style by which an open dialog keeps the page behind it from scrolling.
setNonce(nonce)

const root = document.querySelector('#dashboard')
if (root === null) throw new Error('The page has no place for the dashboard.')
createRoot(root).render(
  <StrictMode>
    <App installation={readInstallation(document)} nonce={nonce} />
  </StrictMode>,
)
