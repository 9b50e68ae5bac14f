/** One entry of the manifest that Vite writes; names of other entries stand in `imports` and `dynamicImports`. */
interface ManifestEntry {
  readonly file: string
  readonly isEntry?: boolean
  readonly imports?: readonly string[]
  readonly dynamicImports?: readonly string[]
  readonly css?: readonly string[]
}

export type BundleManifest = Readonly<Record<string, ManifestEntry>>

export interface BundleFigures {
  /** What a browser fetches and runs before any page can be shown, compressed with gzip. */
  readonly scriptBytes: number
  readonly styleBytes: number
  readonly scripts: readonly string[]
  readonly styles: readonly string[]
}

/** Kilobytes of compressed JavaScript that a visitor may be made to wait for. */
export const SCRIPT_LIMIT_KB = 250

/** The entry and everything that it imports statically, each file once. */
export function figuresOf(manifest: BundleManifest, sizeOf: (file: string) => number): BundleFigures {
  const entries = Object.keys(manifest).filter((name) => manifest[name]?.isEntry === true)
  if (entries.length === 0) throw new Error('the manifest has no entry')
  const seen = new Set<string>()
  const follow = (name: string): void => {
    if (seen.has(name)) return
    seen.add(name)
    const entry = manifest[name]
    if (entry === undefined) throw new Error(`the manifest does not say what ${name} is`)
    for (const next of entry.imports ?? []) follow(next)
  }
  for (const entry of entries) follow(entry)
  const chosen = [...seen].flatMap((name) => manifest[name] ?? [])
  const scripts = [...new Set(chosen.map(({ file }) => file))]
  const styles = [...new Set(chosen.flatMap(({ css }) => css ?? []))]
  const sum = (files: readonly string[]) => files.reduce((total, file) => total + sizeOf(file), 0)
  return { scriptBytes: sum(scripts), styleBytes: sum(styles), scripts, styles }
}

export const isTooBig = ({ scriptBytes }: BundleFigures): boolean => scriptBytes > SCRIPT_LIMIT_KB * 1000

const kilobytes = (bytes: number): string => (bytes / 1000).toFixed(1)

export const describeFigures = ({ scriptBytes, styleBytes }: BundleFigures): string =>
  `${kilobytes(scriptBytes)} kB of compressed JavaScript before the first page (limit ${String(SCRIPT_LIMIT_KB)}), ${kilobytes(styleBytes)} kB of styles`
