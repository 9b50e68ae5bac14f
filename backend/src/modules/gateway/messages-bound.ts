type Item = Record<string, unknown>
const isItem = (value: unknown): value is Item =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const PER_MESSAGE = 16
/** Fetched, searched or computed on the provider's side: only the model's context bounds it. */
const WHOLE_CONTEXT = Number.MAX_SAFE_INTEGER

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value))

/** A block of Anthropic's protocol; results of tools hold further blocks. */
function blockBound(block: unknown, mediaCeiling: number): number {
  if (!isItem(block)) return bytesOf(block)
  const { type, content, source, ...rest } = block
  if (type === 'image') return mediaCeiling
  if (type === 'document') {
    const kind = isItem(source) ? source['type'] : undefined
    if (kind !== 'base64' && kind !== 'text' && kind !== 'content') return WHOLE_CONTEXT
    // Pages of a document are read as text and as pictures.
    return mediaCeiling + bytesOf(block)
  }
  const others = bytesOf(rest) + (source === undefined ? 0 : bytesOf(source))
  return content === undefined ? others : others + contentBound(content, mediaCeiling)
}

function contentBound(content: unknown, mediaCeiling: number): number {
  if (typeof content === 'string') return Buffer.byteLength(content)
  if (!Array.isArray(content)) return content === undefined ? 0 : bytesOf(content)
  return content.reduce<number>((sum, block) => sum + blockBound(block, mediaCeiling), 0)
}

/** Tools with a type of their own, e.g. `web_search_20250305`, run at the provider and add what they find. */
const runsAtProvider = (tool: unknown): boolean =>
  isItem(tool) &&
  typeof tool['type'] === 'string' &&
  /^(web_|code_execution|mcp|tool_search)/.test(tool['type'])

/** An upper bound of the input tokens of `POST /v1/messages`: bytes of text, and a ceiling for each picture. */
export function messagesBound(body: Readonly<Item>, mediaCeiling: number): number {
  const { messages, system, tools } = body
  const isOpen =
    (Array.isArray(tools) && tools.some(runsAtProvider)) ||
    (Array.isArray(body['mcp_servers']) && body['mcp_servers'].length > 0) ||
    (body['container'] !== undefined && body['container'] !== null)
  if (isOpen) return WHOLE_CONTEXT
  const list = Array.isArray(messages) ? messages : [messages]
  const ofMessages = list.reduce<number>((sum, message) => {
    if (!isItem(message)) return sum + PER_MESSAGE + (message === undefined ? 0 : bytesOf(message))
    const { content, role: _role, ...rest } = message
    const others = Object.keys(rest).length === 0 ? 0 : bytesOf(rest)
    return sum + PER_MESSAGE + others + contentBound(content, mediaCeiling)
  }, 0)
  const ofOthers = [tools, body['tool_choice'], body['output_config'], body['output_format']]
    .filter((one) => one !== undefined && one !== null)
    .reduce<number>((sum, one) => sum + bytesOf(one), 0)
  const forTools = Array.isArray(tools) && tools.length > 0 ? TOOL_PREAMBLE : 0
  return ofMessages + PER_MESSAGE + contentBound(system ?? '', mediaCeiling) + ofOthers + forTools
}

/** Providers put instructions of their own before the tools. */
const TOOL_PREAMBLE = 1024
