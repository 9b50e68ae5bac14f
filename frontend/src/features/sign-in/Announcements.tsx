import { Alert, AlertActionLink } from '@patternfly/react-core'
import type { components } from '@litemaas/client'
import { Markdown } from '../../ui/Markdown.tsx'

/** What administrators announce to everybody, also to those who are not signed in. */
export function Announcements({ banners }: { banners: ReadonlyArray<components['schemas']['ShownBanner']> }) {
  return banners.map((banner) => (
    <Alert
      key={banner.id}
      variant={banner.severity}
      isInline
      component="p"
      title={<Markdown text={banner.text} />}
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
  ))
}
