/** Ready code for one call of a model; what differs between kinds of models is path and body. */
export const languages = ['curl', 'python', 'node'] as const
export type CodeLanguage = (typeof languages)[number]

export interface ModelCall {
  /** Below `/v1`. */
  readonly path: string
  readonly body: Readonly<Record<string, unknown>>
  /** Sent as a form, with this file. */
  readonly file?: string
  /** The answer is a file. */
  readonly saveAs?: string
}

interface Target {
  /** Ends in `/v1`. */
  readonly baseUrl: string
  /** Undefined: read from the environment. */
  readonly key?: string | undefined
}

const SENTENCE = 'Say hello in one sentence.'

/** A first call that shows what a model of this kind is for. */
export function exampleCall(mode: string, model: string): ModelCall {
  switch (mode) {
    case 'embedding':
      return { path: '/embeddings', body: { model, input: 'The quick brown fox' } }
    case 'image_generation':
      return { path: '/images/generations', body: { model, prompt: 'A lighthouse at dawn' } }
    case 'image_edit':
      return { path: '/images/edits', body: { model, prompt: 'Add a small boat' }, file: 'image.png' }
    case 'audio_transcription':
      return { path: '/audio/transcriptions', body: { model }, file: 'speech.mp3' }
    case 'audio_speech':
      return {
        path: '/audio/speech',
        body: { model, voice: 'alloy', input: 'Good morning!' },
        saveAs: 'speech.mp3',
      }
    case 'rerank':
      return {
        path: '/rerank',
        body: {
          model,
          query: 'How do I reset my password?',
          documents: ['Open settings', 'Our opening hours'],
        },
      }
    case 'moderation':
      return { path: '/moderations', body: { model, input: 'I love you' } }
    case 'text_completion':
      return { path: '/completions', body: { model, prompt: 'Once upon a time', max_tokens: 50 } }
    default:
      return { path: '/chat/completions', body: { model, messages: [{ role: 'user', content: SENTENCE }] } }
  }
}

export function codeOf(language: CodeLanguage, call: ModelCall, target: Target): string {
  if (language === 'curl') return curl(call, target)
  return language === 'python' ? python(call, target) : node(call, target)
}

/** Between single quotes of a shell nothing means anything but the quote itself. */
const shellQuoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
const json = (value: unknown, indent = 2) => JSON.stringify(value, null, indent)

function curl({ path, body, file, saveAs }: ModelCall, { baseUrl, key }: Target): string {
  const authorization = `-H "Authorization: Bearer ${key ?? '$OPENAI_API_KEY'}"`
  const lines = [`curl ${baseUrl}${path}`, authorization]
  if (file === undefined) lines.push(`-H "Content-Type: application/json"`, `-d ${shellQuoted(json(body))}`)
  else {
    lines.push(`-F ${shellQuoted(`${fieldOf(path)}=@${file}`)}`)
    for (const [name, value] of Object.entries(body))
      lines.push(`-F ${shellQuoted(`${name}=${String(value)}`)}`)
  }
  if (saveAs !== undefined) lines.push(`--output ${saveAs}`)
  return lines.join(' \\\n  ')
}

const fieldOf = (path: string) => (path === '/images/edits' ? 'image' : 'file')

/** Where OpenAI's SDKs keep a call. */
const methods: Readonly<Record<string, string>> = {
  '/chat/completions': 'chat.completions.create',
  '/completions': 'completions.create',
  '/embeddings': 'embeddings.create',
  '/images/generations': 'images.generate',
  '/images/edits': 'images.edit',
  '/audio/transcriptions': 'audio.transcriptions.create',
  '/audio/speech': 'audio.speech.create',
  '/moderations': 'moderations.create',
}

/** What is printed of an answer. */
const results: Readonly<Record<string, { python: string; node: string }>> = {
  '/chat/completions': {
    python: 'answer.choices[0].message.content',
    node: 'answer.choices[0].message.content',
  },
  '/completions': { python: 'answer.choices[0].text', node: 'answer.choices[0].text' },
  '/embeddings': { python: 'len(answer.data[0].embedding)', node: 'answer.data[0].embedding.length' },
  '/audio/transcriptions': { python: 'answer.text', node: 'answer.text' },
  '/moderations': { python: 'answer.results[0].flagged', node: 'answer.results[0].flagged' },
}

/** A value as Python writes it. */
export function pythonOf(value: unknown, indent = 0): string {
  if (value === null || value === undefined) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  const pad = '    '.repeat(indent + 1)
  const end = '    '.repeat(indent)
  if (Array.isArray(value)) {
    if (value.every((one) => typeof one !== 'object' || one === null))
      return `[${value.map((one) => pythonOf(one)).join(', ')}]`
    return `[\n${value.map((one) => `${pad}${pythonOf(one, indent + 1)},`).join('\n')}\n${end}]`
  }
  if (typeof value === 'object') {
    const items = Object.entries(value).map(
      ([name, one]) => `${JSON.stringify(name)}: ${pythonOf(one, indent + 1)}`,
    )
    return `{${items.join(', ')}}`
  }
  return JSON.stringify(value)
}

function python({ path, body, file, saveAs }: ModelCall, { baseUrl, key }: Target): string {
  const client = [
    `    base_url=${JSON.stringify(baseUrl)},`,
    `    api_key=${key === undefined ? 'os.environ["OPENAI_API_KEY"]' : JSON.stringify(key)},`,
  ]
  const head = [
    ...(key === undefined ? ['import os'] : []),
    'from openai import OpenAI',
    '',
    'client = OpenAI(',
    ...client,
    ')',
  ]
  const method = methods[path]
  if (method === undefined)
    return [
      ...head,
      `answer = client.post(${JSON.stringify(path)}, cast_to=object, body=${pythonOf(body)})`,
      'print(answer)',
    ].join('\n')
  const isStream = body['stream'] === true
  const values = Object.entries(body).map(([name, value]) => `    ${name}=${pythonOf(value, 1)},`)
  const call = [
    `client.${method}(`,
    ...(file === undefined ? [] : [`    ${fieldOf(path)}=open(${JSON.stringify(file)}, "rb"),`]),
    ...values,
    ')',
  ].join('\n')
  if (isStream)
    return [
      ...head,
      `stream = ${call}`,
      'for chunk in stream:',
      '    if chunk.choices:',
      '        print(chunk.choices[0].delta.content or "", end="", flush=True)',
    ].join('\n')
  const result = results[path]?.python ?? 'answer'
  const print = saveAs === undefined ? `print(${result})` : `answer.write_to_file(${JSON.stringify(saveAs)})`
  return [...head, `answer = ${call}`, print].join('\n')
}

function node({ path, body, file, saveAs }: ModelCall, { baseUrl, key }: Target): string {
  const head = [
    ...(file === undefined ? [] : ['import { createReadStream } from "node:fs"']),
    ...(saveAs === undefined ? [] : ['import { writeFile } from "node:fs/promises"']),
    'import OpenAI from "openai"',
    '',
    'const client = new OpenAI({',
    `  baseURL: ${JSON.stringify(baseUrl)},`,
    `  apiKey: ${key === undefined ? 'process.env.OPENAI_API_KEY' : JSON.stringify(key)},`,
    '})',
  ]
  const method = methods[path]
  if (method === undefined)
    return [
      ...head,
      `const answer = await client.post(${JSON.stringify(path)}, { body: ${json(body)} })`,
      'console.log(answer)',
    ].join('\n')
  const values = file === undefined ? json(body) : formOf(path, file, body)
  const call = `await client.${method}(${values})`
  if (body['stream'] === true)
    return [
      ...head,
      `const stream = ${call}`,
      'for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? "")',
    ].join('\n')
  const print =
    saveAs === undefined
      ? `console.log(${results[path]?.node ?? 'answer'})`
      : `await writeFile(${JSON.stringify(saveAs)}, Buffer.from(await answer.arrayBuffer()))`
  return [...head, `const answer = ${call}`, print].join('\n')
}

const formOf = (path: string, file: string, body: ModelCall['body']) =>
  [
    '{',
    `  ${fieldOf(path)}: createReadStream(${JSON.stringify(file)}),`,
    ...Object.entries(body).map(([name, value]) => `  ${name}: ${JSON.stringify(value)},`),
    '}',
  ].join('\n')
