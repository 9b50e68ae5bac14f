import { Alert, AlertActionCloseButton, AlertActionLink, PageSection } from '@patternfly/react-core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { languages } from '../i18n/index.ts'
import { Markdown } from '../ui/Markdown.tsx'
import { api } from './api.ts'
import { shownBannersQuery } from './banners-query.ts'

/** What administrators announce to this person now. */
export function Banners() {
  const { t, i18n } = useTranslation()
  const queries = useQueryClient()
  const language = languages.find((one) => one === i18n.language) ?? 'en'
  const { data = [] } = useQuery(shownBannersQuery(language))
  const dismiss = useMutation({
    mutationFn: (id: string) => api.dismissBanner({ path: { id } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['banners'] }),
  })
  if (data.length === 0) return null
  return (
    <PageSection aria-label={t('shell.announcements')}>
      <div className="lm-banners">
        {data.map((banner) => (
          <Alert
            key={banner.id}
            variant={banner.severity}
            isInline
            component="p"
            className="lm-banner"
            title={<Markdown text={banner.text} />}
            {...(banner.isDismissible
              ? {
                  actionClose: (
                    <AlertActionCloseButton
                      aria-label={t('act.close')}
                      onClose={() => dismiss.mutate(banner.id)}
                    />
                  ),
                }
              : {})}
            {...(banner.linkUrl === null
              ? {}
              : {
                  actionLinks: (
                    <AlertActionLink component="a" href={banner.linkUrl} target="_blank" rel="noreferrer">
                      {banner.linkText ?? banner.linkUrl}
                    </AlertActionLink>
                  ),
                })}
          />
        ))}
      </div>
    </PageSection>
  )
}
