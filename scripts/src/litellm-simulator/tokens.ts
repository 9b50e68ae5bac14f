/**
 * Tokens of a text: every word costs one token per four characters, rounded up. Tests predict bills with it.
 */
export function countTokens(text: string): number {
  let tokens = 0
  let length = 0
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code === 32 || code === 10 || code === 13 || code === 9) {
      tokens += (length + 3) >> 2
      length = 0
    } else length += 1
  }
  return tokens + ((length + 3) >> 2)
}

const tokensPerImage = 85

/** Tokens of a message's content: a string, or a list of text, image and audio parts. */
export function countContentTokens(content: unknown): number {
  if (typeof content === 'string') return countTokens(content)
  if (!Array.isArray(content)) return 0
  let tokens = 0
  for (const part of content as unknown[]) {
    if (typeof part === 'string') tokens += countTokens(part)
    else if (typeof part === 'object' && part !== null) {
      tokens += 'text' in part && typeof part.text === 'string' ? countTokens(part.text) : tokensPerImage
    }
  }
  return tokens
}

/**
 * Prompt tokens of a chat: 4 per message, 3 for priming the answer, the contents, earlier tool calls and the tool
 * definitions as JSON.
 */
export function countPromptTokens(messages: readonly unknown[], tools?: unknown): number {
  let tokens = 3
  for (const message of messages) {
    tokens += 4
    if (typeof message !== 'object' || message === null) continue
    if ('content' in message) tokens += countContentTokens(message.content)
    if ('tool_calls' in message) tokens += countTokens(JSON.stringify(message.tool_calls))
  }
  return Array.isArray(tools) && tools.length > 0 ? tokens + countTokens(JSON.stringify(tools)) : tokens
}
