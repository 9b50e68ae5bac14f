/** The protocols that the gateway forwards. */
export type Operation =
  | 'chat'
  | 'completions'
  | 'embeddings'
  | 'responses'
  | 'messages'
  | 'message-tokens'
  | 'transcriptions'
  | 'speech'
  | 'images'
  | 'image-edits'
  | 'rerank'
  | 'moderations'

export interface OperationTraits {
  readonly path: string
  /** LiteLLM's words for the models that may be called so. */
  readonly modes: ReadonlySet<string>
  /** What is paid: tokens as reported, a price per request (and answer), or nothing. */
  readonly pricing: 'tokens' | 'request' | 'free'
  /** The model writes text, so its output has a price and a bound. */
  readonly writes: boolean
  readonly canStream: boolean
  /** How many answers one call may ask for. */
  readonly maxChoices: number
  readonly body: 'json' | 'form'
  /** Whether a success is always JSON; else bytes of any kind, passed on as they come. */
  readonly answersJson: boolean
  readonly dialect: 'openai' | 'anthropic'
}

const inTokens = {
  pricing: 'tokens',
  writes: true,
  canStream: true,
  maxChoices: 1,
  body: 'json',
  answersJson: true,
  dialect: 'openai',
} as const
const perRequest = {
  ...inTokens,
  pricing: 'request',
  writes: false,
  canStream: false,
} as const

export const OPERATIONS: Readonly<Record<Operation, OperationTraits>> = {
  chat: {
    ...inTokens,
    path: '/v1/chat/completions',
    modes: new Set(['chat', 'responses', 'completion']),
    maxChoices: 8,
  },
  completions: {
    ...inTokens,
    path: '/v1/completions',
    modes: new Set(['chat', 'completion', 'text_completion']),
    maxChoices: 8,
  },
  embeddings: {
    ...inTokens,
    path: '/v1/embeddings',
    modes: new Set(['embedding']),
    writes: false,
    canStream: false,
  },
  responses: { ...inTokens, path: '/v1/responses', modes: new Set(['chat', 'responses']) },
  messages: {
    ...inTokens,
    path: '/v1/messages',
    modes: new Set(['chat', 'responses', 'completion']),
    dialect: 'anthropic',
  },
  'message-tokens': {
    ...inTokens,
    path: '/v1/messages/count_tokens',
    modes: new Set(['chat', 'responses', 'completion']),
    pricing: 'free',
    writes: false,
    canStream: false,
    dialect: 'anthropic',
  },
  transcriptions: {
    ...perRequest,
    path: '/v1/audio/transcriptions',
    modes: new Set(['audio_transcription']),
    canStream: true,
    body: 'form',
    answersJson: false,
  },
  speech: {
    ...perRequest,
    path: '/v1/audio/speech',
    modes: new Set(['audio_speech']),
    answersJson: false,
  },
  images: {
    ...perRequest,
    path: '/v1/images/generations',
    modes: new Set(['image_generation']),
    canStream: true,
    maxChoices: 10,
  },
  'image-edits': {
    ...perRequest,
    path: '/v1/images/edits',
    modes: new Set(['image_generation', 'image_edit']),
    canStream: true,
    maxChoices: 10,
    body: 'form',
  },
  rerank: { ...perRequest, path: '/v1/rerank', modes: new Set(['rerank']) },
  moderations: { ...perRequest, path: '/v1/moderations', modes: new Set(['moderation']) },
}
