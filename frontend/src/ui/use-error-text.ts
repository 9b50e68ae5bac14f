import { useTranslation } from 'react-i18next'

export interface ErrorText {
  readonly message: string
  readonly suggestion: string | undefined
  readonly traceId: string | undefined
  /** The field of a form that the server did not like. */
  readonly field: string | undefined
  readonly code: string | undefined
}

/** A refusal of the server, as the client throws it. */
interface Refusal extends Error {
  readonly code: string
  readonly details: Readonly<Record<string, unknown>>
  readonly suggestion?: string
  readonly traceId?: string
}

const isRefusal = (error: unknown): error is Refusal =>
  error instanceof Error && 'code' in error && 'details' in error && 'status' in error

/** The words for anything that was thrown; the server's own are in the person's language already. */
export function useErrorText(): (error: unknown) => ErrorText {
  const { t } = useTranslation()
  return (error) => {
    if (!isRefusal(error))
      return {
        message: t('error.network'),
        suggestion: undefined,
        traceId: undefined,
        field: undefined,
        code: undefined,
      }
    const field = error.details['field']
    return {
      message: error.message,
      suggestion: error.suggestion,
      traceId: error.traceId,
      field: typeof field === 'string' ? field : undefined,
      code: error.code,
    }
  }
}
