/** The two ways in which a model answers, and what the bench sends and gets in each. */
export type Kind = 'json' | 'sse'
export const kinds: readonly Kind[] = ['json', 'sse']

export const MODEL = 'granite-4-small'
export const PATH = '/v1/chat/completions'

const question = {
  model: MODEL,
  messages: [
    {
      role: 'system',
      content:
        'You are the assistant of a support desk. Answer in the language of the question, briefly and kindly. ' +
        'When you do not know, say so and name who may know. Never invent an order number.',
    },
    {
      role: 'user',
      content: 'My parcel should have come on Tuesday. Where is it, and may I change its address?',
    },
  ],
  temperature: 0.2,
}

/** Without max_tokens and stream_options, as most clients send it: the gateway has something to add. */
export const bodies: Readonly<Record<Kind, string>> = {
  json: JSON.stringify(question),
  sse: JSON.stringify({ ...question, stream: true }),
}

const words =
  'I am sorry that it is late. Your parcel left the depot this morning and arrives today; its address is fixed now.'.split(
    ' ',
  )
const usage = {
  prompt_tokens: 78,
  completion_tokens: words.length,
  total_tokens: 78 + words.length,
  prompt_tokens_details: { cached_tokens: 0 },
}
const base = { id: 'chatcmpl-7d0f3c51a9', created: 1_790_000_000, model: MODEL }

/** The answer that is not a stream. */
export const answer = Buffer.from(
  JSON.stringify({
    ...base,
    object: 'chat.completion',
    system_fingerprint: null,
    choices: [
      {
        index: 0,
        finish_reason: 'stop',
        message: { role: 'assistant', content: words.join(' '), tool_calls: null, function_call: null },
      },
    ],
    usage,
  }),
)

const event = (content: unknown): Buffer => Buffer.from(`data: ${JSON.stringify(content)}\n\n`)
const part = (delta: object, reason: string | null): Buffer =>
  event({
    ...base,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, ...(reason === null ? {} : { finish_reason: reason }) }],
  })

/** The events of a stream, in order; the one with the usage is only for those who asked for it. */
export const events: readonly Buffer[] = [
  ...words.map((word, index) =>
    part({ content: `${word} `, ...(index === 0 ? { role: 'assistant' } : {}) }, null),
  ),
  part({}, 'stop'),
]
export const usageEvent = event({
  ...base,
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta: {} }],
  usage,
})
export const lastEvent = Buffer.from('data: [DONE]\n\n')
