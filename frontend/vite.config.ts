import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin, type ProxyOptions } from 'vite'

const server = process.env['LITEMAAS_URL'] ?? 'http://localhost:8080'
/** Whole first words of paths: `/api-keys` is a page. */
const OF_THE_SERVER = '^/(api|v1|docs|health|metrics|openapi\\.json|\\.well-known)(?=[/?]|$)'
const PATTERNFLY = /[\\/]node_modules[\\/]@patternfly[\\/]/
const FOREIGN = /[\\/]node_modules[\\/]/
/** Without the entry itself, which would no longer be known for one. */
const OURS = /[\\/]frontend[\\/]src[\\/](?!main\.tsx)/

/** Of `shared~This~That.css` the first word says enough. */
const nameOf = (file: string): string => file.replace(/\.[^.]*$/, '').split('~')[0] ?? file

/** PatternFly's rules go below ours, in whatever order their files come: a class of `main.css` always wins. */
const patternFlyBelow: Plugin = {
  name: 'patternfly-below',
  enforce: 'pre',
  transform(code, id) {
    return /[\\/]@patternfly[\\/].*\.css($|\?)/.test(id) ? `@layer patternfly {\n${code}\n}` : undefined
  },
}

/** While the server starts again, a broken connection says "ask again"; an answer of ours would say "that was all". */
const proxied: ProxyOptions = {
  target: server,
  configure(proxy) {
    proxy.on('error', (_error, _request, answer) => answer.destroy())
  },
}

export default defineConfig({
  plugins: [patternFlyBelow, react()],
  build: {
    target: 'es2024',
    // The policy of the page allows files of this origin and no inline code or data.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    license: { fileName: 'third-party-licenses.md' },
    // Compressed sizes are measured and held by `npm run build`; charts alone, fetched with the first one, pass this.
    reportCompressedSize: false,
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      output: {
        // Shared files are called by everything that shares them.
        chunkFileNames: ({ name }) => `assets/${nameOf(name)}-[hash].js`,
        assetFileNames: ({ names }) => `assets/${nameOf(names[0] ?? 'file')}-[hash][extname]`,
        codeSplitting: {
          groups: [
            // What everybody needs first, by how often it changes: a new release of ours leaves the others in caches.
            { name: 'patternfly', test: PATTERNFLY, tags: ['$initial'], priority: 4 },
            { name: 'framework', test: FOREIGN, tags: ['$initial'], priority: 3 },
            { name: 'shell', test: OURS, tags: ['$initial'], priority: 2 },
            // What several pages need, in few files.
            {
              name: 'shared',
              test: FOREIGN,
              minShareCount: 2,
              entriesAware: true,
              entriesAwareMergeThreshold: 24_000,
            },
          ],
        },
      },
    },
  },
  server: {
    host: 'localhost',
    // The session cookie belongs to one origin, so everything of the server is reached through this one.
    proxy: { [OF_THE_SERVER]: proxied },
  },
})
