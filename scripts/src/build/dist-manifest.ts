type Manifest = { name: string; version: string; imports: Record<string, string> }

const compiled = (path: string): string => path.replace(/^\.\/src\//, './').replace(/\.ts$/, '.js')

/**
 * The package.json that stands in `dist`: without it the backend's own map applies there, and the built server silently
 * loads the sources when they happen to be present.
 */
export function distManifest(manifest: Manifest): object {
  // Tests are not built, and nothing that is built may import them.
  const imports = Object.entries(manifest.imports).filter(([, path]) => !path.startsWith('./test/'))
  const foreign = imports.filter(([, path]) => !path.startsWith('./src/'))
  if (foreign.length > 0) throw new Error(`imports that do not lead into src: ${JSON.stringify(foreign)}`)
  return {
    name: manifest.name,
    version: manifest.version,
    private: true,
    type: 'module',
    imports: Object.fromEntries(imports.map(([name, path]) => [name, compiled(path)])),
  }
}
