import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

// `@mintmark/elements`: the keys page as a custom element. Once with everything in it, for whoever has no React, and
// once, by `--mode react`, for whoever has one already.
export default defineConfig(({ mode }) => ({
  plugins: [react(), stylesInScript()],
  resolve: { conditions: ['mintmark-source', 'module', 'browser', 'production'] },
  define: { 'process.env.NODE_ENV': '"production"' },
  build: {
    outDir: mode === 'react' ? 'elements/dist/react' : 'elements/dist/standalone',
    emptyOutDir: true,
    target: 'es2023',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    sourcemap: false,
    cssCodeSplit: false,
    lib: { entry: mode === 'react' ? 'src/embed/react.tsx' : 'src/embed/index.ts', formats: ['es'], fileName: 'index' },
    rolldownOptions: { external: mode === 'react' ? [/^react(-dom)?($|\/)/] : [] },
  },
}))

/** A shadow root takes no style sheet of the page: the styles are a text of the script, where `:root` is the element. */
function stylesInScript(): Plugin {
  return {
    name: 'styles-in-script',
    enforce: 'post',
    generateBundle(_, bundle) {
      const sheets = Object.values(bundle).filter(({ fileName }) => fileName.endsWith('.css'))
      const css = sheets.map((sheet) => ('source' in sheet ? String(sheet.source) : '')).join('\n')
      for (const { fileName } of sheets) Reflect.deleteProperty(bundle, fileName)
      // Weaker than what the theme says of the same: sheets that are adopted come after all others.
      const own = css.replaceAll(':root', ':where(.mintmark)').replaceAll(/(^|[},])body(?=[{,])/g, '$1.mintmark')
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === 'chunk') chunk.code = chunk.code.replaceAll('__STYLES__', () => JSON.stringify(own))
      }
    },
  }
}
