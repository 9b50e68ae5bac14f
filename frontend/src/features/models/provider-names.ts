import { inWords } from './abilities.ts'

/** Providers as they write themselves; names of companies are the same in every language. */
const names: Readonly<Record<string, string>> = {
  ai21: 'AI21',
  anthropic: 'Anthropic',
  azure: 'Azure OpenAI',
  azure_ai: 'Azure AI',
  bedrock: 'AWS Bedrock',
  cohere: 'Cohere',
  databricks: 'Databricks',
  deepseek: 'DeepSeek',
  fireworks_ai: 'Fireworks AI',
  gemini: 'Google Gemini',
  groq: 'Groq',
  hosted_vllm: 'vLLM',
  huggingface: 'Hugging Face',
  mistral: 'Mistral AI',
  nvidia_nim: 'NVIDIA NIM',
  ollama: 'Ollama',
  ollama_chat: 'Ollama',
  openai: 'OpenAI',
  openrouter: 'OpenRouter',
  perplexity: 'Perplexity',
  sagemaker: 'AWS SageMaker',
  text_completion_openai: 'OpenAI',
  together_ai: 'Together AI',
  vertex_ai: 'Google Vertex AI',
  vllm: 'vLLM',
  watsonx: 'IBM watsonx',
  xai: 'xAI',
}

export const providerName = (provider: string): string => names[provider] ?? inWords(provider)
