import { objectOf, stringOf, stringsOf, type JsonObject } from './json.ts'
import { countTokens } from './tokens.ts'

/** Why an answer ended. */
type FinishReason = 'stop' | 'length' | 'tool_calls'

/** A generated text, cut into the pieces in which it streams; the pieces joined are the text. */
export interface GeneratedText {
  pieces: string[]
  text: string
  tokens: number
  finishReason: FinishReason
}

export interface TextRequest {
  /** What the answer depends on: the same prompt gets the same answer. */
  prompt: string
  /** Distinguishes the choices of one call. */
  seed: number
  isLong: boolean
  maxTokens: number | null
  stop: readonly string[]
  /** Answers with exactly this text. */
  scripted: string | null
}

function hash(text: string, seed: number): number {
  let value = 2_166_136_261 ^ seed
  for (let index = 0; index < text.length; index += 1)
    value = Math.imul(value ^ text.charCodeAt(index), 16_777_619)
  return value >>> 0
}

/** A small deterministic source of numbers in [0, 1). */
export function numbers(text: string, seed: number): () => number {
  let state = hash(text, seed) || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 4_294_967_296
  }
}

const openings = [
  'In short,',
  'Put simply,',
  'As far as I can tell,',
  'First of all,',
  'Looking closer,',
  'In practice,',
]
const subjects = [
  'the answer',
  'a good plan',
  'the evidence',
  'the usual approach',
  'this idea',
  'every example',
  'the team',
]
const verbs = [
  'depends on',
  'begins with',
  'points to',
  'is shaped by',
  'benefits from',
  'rests on',
  'leads to',
]
const objects = [
  'clear goals and small steps',
  'the context that you describe',
  'careful measurement over time',
  'what people need most',
  'a simple rule that holds everywhere',
  'the quiet work of many hands',
]
const endings = [
  'which is easy to check.',
  'and that matters.',
  'so start there.',
  'even when time is short.',
  'at least for now.',
]

function compose(request: TextRequest): string {
  const next = numbers(request.prompt, request.seed)
  const pick = (from: readonly string[]): string => from[Math.floor(next() * from.length)] ?? ''
  const topic = request.prompt.trim().split(/\s+/).slice(-12).join(' ').slice(0, 90)
  const words: string[] = [`You`, 'asked', 'about', `"${topic}".`]
  const target = request.isLong ? 390 + Math.floor(next() * 20) : 24 + Math.floor(next() * 24)
  while (words.length < target) {
    const sentence = `${pick(openings)} ${pick(subjects)} ${pick(verbs)} ${pick(objects)}, ${pick(endings)}`
    words.push(...sentence.split(' '))
  }
  return words.join(' ')
}

/** A text cut before it costs more than `maxTokens`; the last word may be cut inside. */
function cut(text: string, maxTokens: number): string {
  let kept = ''
  let left = maxTokens
  for (const piece of split(text)) {
    const word = piece.trimStart()
    const cost = countTokens(word)
    if (cost > left) return left === 0 ? kept : kept + piece.slice(0, piece.length - word.length + left * 4)
    kept += piece
    left -= cost
  }
  return kept
}

/** Words with the space before them. */
function split(text: string): string[] {
  return text.match(/\s*\S+|\s+$/g) ?? []
}

/** Generates a text for a prompt, deterministically, within `maxTokens` and up to the first stop sequence. */
export function generateText(request: TextRequest): GeneratedText {
  let text = request.scripted ?? compose(request)
  let finishReason: FinishReason = 'stop'
  const ends = request.stop.map((stop) => text.indexOf(stop)).filter((index) => index >= 0)
  if (ends.length > 0) text = text.slice(0, Math.min(...ends))
  if (request.maxTokens !== null && countTokens(text) > request.maxTokens) {
    text = cut(text, request.maxTokens)
    finishReason = 'length'
  }
  return { pieces: split(text), text, tokens: countTokens(text), finishReason }
}

/** A value that fits a JSON schema, for tool arguments and structured answers. */
export function sampleOf(schema: JsonObject, prompt: string): unknown {
  const choices = schema['enum']
  if (Array.isArray(choices)) return choices[0] as unknown
  if (schema['const'] !== undefined) return schema['const']
  switch (stringOf(schema['type']) ?? (schema['properties'] === undefined ? 'string' : 'object')) {
    case 'object': {
      const properties = Object.entries(objectOf(schema['properties']))
      const required = stringsOf(schema['required'])
      const wanted = required.length > 0 ? properties.filter(([name]) => required.includes(name)) : properties
      return Object.fromEntries(wanted.map(([name, inner]) => [name, sampleOf(objectOf(inner), prompt)]))
    }
    case 'array':
      return [sampleOf(objectOf(schema['items']), prompt)]
    case 'integer':
      return prompt.length % 100
    case 'number':
      return (prompt.length % 1000) / 10
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return prompt.trim().split(/\s+/).slice(-3).join(' ').slice(0, 60)
  }
}
