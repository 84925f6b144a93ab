import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// Built into the server's own files: a dashboard is served by the very version that it was written for, so there is
// nothing to install beside the server, and nothing that could be of another version.
export default defineConfig({
  plugins: [react()],
  resolve: { conditions: ['mintmark-source', 'module', 'browser', 'production'] },
  // The server puts each answer's nonce in its place.
  html: { cspNonce: '__NONCE__' },
  build: {
    outDir: '../server/dist/dashboard',
    emptyOutDir: true,
    assetsDir: 'files',
    target: 'es2023',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    sourcemap: false,
    // Inlined, a font or an image would have to be allowed as data.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/v1': 'http://127.0.0.1:6468', '/auth': 'http://127.0.0.1:6468' } },
})
