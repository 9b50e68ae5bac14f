const browsers = [
  ['Edge', /\bEdgA?\//],
  ['Opera', /\bOPR\//],
  ['Firefox', /\bFirefox\//],
  ['Chrome', /(?:Chrome|CriOS)\//],
  ['Safari', /\bSafari\//],
  ['curl', /^curl\//],
] as const

const systems = [
  ['Android', /Android/],
  ['iPhone', /iPhone/],
  ['iPad', /iPad/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X/],
  ['Linux', /Linux/],
] as const

/** What people call a browser and its system; undefined where it says neither. The order matters: most claim to be others, too. */
export function browserOf(userAgent: string | null): { browser?: string; system?: string } {
  const first = (list: ReadonlyArray<readonly [string, RegExp]>) =>
    list.find(([, pattern]) => pattern.test(userAgent ?? ''))?.[0]
  const browser = first(browsers)
  const system = first(systems)
  return { ...(browser ? { browser } : {}), ...(system ? { system } : {}) }
}
