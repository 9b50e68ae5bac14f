import { expect, it } from 'vitest'
import { bannerOf, complaintsAbout, emptyBanner, stateOf } from './banner-form.ts'

const good = { ...emptyBanner, texts: { en: 'Maintenance tonight', de: '  ' } }

it('leaves out languages in which nothing is written', () => {
  expect(bannerOf(good).texts).toEqual({ en: 'Maintenance tonight' })
})

it('has no link text without a link, and stays for good when it cannot be put away', () => {
  const draft = { ...good, linkTexts: { en: 'Read more' }, isDismissible: false }
  expect(bannerOf(draft)).toMatchObject({ linkUrl: null, linkTexts: null, dismissHours: null })
})

it('complains before anything is sent', () => {
  expect(complaintsAbout(good)).toEqual({})
  expect(
    complaintsAbout({
      ...emptyBanner,
      linkUrl: 'javascript:alert(1)',
      linkTexts: { fr: 'Lire' },
      startsAt: '2026-11-22T10:00',
      endsAt: '2026-11-22T09:00',
      dismissHours: 0,
    }),
  ).toEqual({
    texts: 'english',
    linkUrl: 'url',
    linkTexts: 'linkEnglish',
    endsAt: 'schedule',
    dismissHours: 'hours',
  })
})

it('knows who sees it when', () => {
  const banner = { isEnabled: true, startsAt: '2026-01-02T00:00:00Z', endsAt: '2026-01-03T00:00:00Z' }
  const at = (day: string) => stateOf(banner, Date.parse(day))
  expect([at('2026-01-01'), at('2026-01-02'), at('2026-01-03')]).toEqual(['scheduled', 'shown', 'over'])
  expect(stateOf({ ...banner, isEnabled: false }, Date.parse('2026-01-02'))).toBe('off')
})
