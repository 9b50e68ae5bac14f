import { SaxesParser, type SaxesTagPlain } from 'saxes'
import { ApplicationError } from '#platform/errors'
import { codes } from './branding.errors.ts'

/** What draws. Whatever is not named here is left out together with everything inside it. */
const ELEMENTS = new Set(
  `svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan linearGradient radialGradient
  stop clipPath mask pattern marker`.split(/\s+/),
)
const ATTRIBUTES = new Set(
  `id class d x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy width height points viewBox preserveAspectRatio transform
  gradientTransform gradientUnits patternUnits patternTransform clipPathUnits maskUnits spreadMethod offset version xmlns
  fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-miterlimit
  stroke-dasharray stroke-dashoffset opacity color stop-color stop-opacity clip-path clip-rule mask marker-start
  marker-mid marker-end marker-width marker-height markerWidth markerHeight refX refY orient display visibility
  font-family font-size font-weight font-style text-anchor dominant-baseline letter-spacing role aria-label`.split(
    /\s+/,
  ),
)
const REFERENCES = new Set(['href', 'xlink:href'])
const LOCAL_REFERENCE = /^#[\w.-]{1,100}$/
const LOCAL_URL = /^url\(\s*['"]?#[\w.-]{1,100}['"]?\s*\)$/
const SVG_NAMESPACE = 'http://www.w3.org/2000/svg'
const MAX_ELEMENTS = 20_000
const MAX_DEPTH = 64

/** An SVG that can only draw: no script, no style sheet, no animation, nothing from elsewhere. 422 when it is not well-formed. */
export function sanitizedSvg(content: Buffer): string {
  const text = new TextDecoder('utf-8', { fatal: false }).decode(content)
  const written: string[] = []
  const open: Array<{ name: string; isKept: boolean }> = []
  let elements = 0
  let problem: string | undefined
  const parser = new SaxesParser({ fragment: false, xmlns: false })
  const isInsideKept = () => open.every((element) => element.isKept)

  parser.on('error', (error) => (problem ??= `This is not well-formed SVG: ${error.message.slice(0, 200)}`))
  parser.on('doctype', () => (problem ??= 'An SVG with a document type is refused.'))
  parser.on('opentag', (tag) => {
    elements += 1
    if (open.length === 0 && tag.name !== 'svg') problem ??= 'This is not an SVG.'
    if (elements > MAX_ELEMENTS || open.length > MAX_DEPTH) problem ??= 'This SVG is too large.'
    const isKept = problem === undefined && isInsideKept() && ELEMENTS.has(tag.name)
    open.push({ name: tag.name, isKept })
    if (isKept) written.push(`<${tag.name}${attributesOf(tag, open.length === 1)}>`)
  })
  parser.on('text', (words) => {
    if (open.length > 0 && isInsideKept()) written.push(escaped(words))
  })
  parser.on('closetag', () => {
    const isKept = isInsideKept()
    const element = open.pop()
    if (isKept && element) written.push(`</${element.name}>`)
  })
  parser.write(text).close()
  if (problem !== undefined || elements === 0)
    throw ApplicationError.unprocessable(problem ?? 'This is not an SVG.', codes.IMAGE_UNREADABLE)
  return written.join('')
}

function attributesOf(tag: SaxesTagPlain, isRoot: boolean): string {
  const kept = Object.entries(tag.attributes)
    .filter(([name, value]) => name !== 'xmlns' && isHarmless(name, value))
    .map(([name, value]) => ` ${name}="${escaped(value)}"`)
  return (
    (isRoot ? ` xmlns="${SVG_NAMESPACE}" xmlns:xlink="http://www.w3.org/1999/xlink"` : '') + kept.join('')
  )
}

function isHarmless(name: string, value: string): boolean {
  if (REFERENCES.has(name)) return LOCAL_REFERENCE.test(value)
  if (!ATTRIBUTES.has(name)) return false
  // A paint or a mask may name a thing in this very image and nothing else.
  return !/url\s*\(|\\/i.test(value) || LOCAL_URL.test(value.trim())
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
