import { useTranslation } from 'react-i18next'

/** Owns the acts that belong to no customer's organization. */
const PLATFORM = '00000000-0000-4000-8000-000000000000'

interface Owned {
  readonly organizationId: string
  readonly organizationName: string
}

/** What the server's codes mean. A code that is newer than this console is shown as it is. */
export function useAuditWords() {
  const { t } = useTranslation('audit')
  return {
    action: (code: string) => t(`action.${code}`, { defaultValue: code }),
    category: (code: string) => t(`category.${code}`, { defaultValue: code }),
    resource: (code: string) => t(`resource.${code}`, { defaultValue: code }),
    actorKind: (code: string) => t(`actorKind.${code}`, { defaultValue: code }),
    door: (code: string) => t(`door.${code}`, { defaultValue: code }),
    organization: ({ organizationId, organizationName }: Owned): string =>
      organizationId === PLATFORM ? t('platform') : organizationName,
    result: (code: string) => t(`result.${code}`, { defaultValue: code }),
  }
}
