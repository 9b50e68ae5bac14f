import type { Language } from '../../i18n/index.ts'
import type { Banner, NewBanner } from './banner-queries.ts'

type Texts = Readonly<Partial<Record<Language, string>>>

/** What stands in the form; moments as the browser's field writes them, in the person's own time zone. */
export interface BannerDraft {
  readonly texts: Texts
  readonly linkUrl: string
  readonly linkTexts: Texts
  readonly severity: Banner['severity']
  readonly startsAt: string
  readonly endsAt: string
  readonly platformRoles: Banner['platformRoles']
  readonly organizationRoles: Banner['organizationRoles']
  readonly isPublic: boolean
  readonly isEnabled: boolean
  readonly isDismissible: boolean
  readonly dismissHours: number | null
}

export const severities = ['info', 'success', 'warning', 'danger'] as const
const DAY_HOURS = 24

export const emptyBanner: BannerDraft = {
  texts: {},
  linkUrl: '',
  linkTexts: {},
  severity: 'info',
  startsAt: '',
  endsAt: '',
  platformRoles: [],
  organizationRoles: [],
  isPublic: false,
  isEnabled: true,
  isDismissible: true,
  dismissHours: DAY_HOURS,
}

export const draftOf = (banner: Banner): BannerDraft => ({
  texts: banner.texts,
  linkUrl: banner.linkUrl ?? '',
  linkTexts: banner.linkTexts ?? {},
  severity: banner.severity,
  startsAt: localOf(banner.startsAt),
  endsAt: localOf(banner.endsAt),
  platformRoles: banner.platformRoles,
  organizationRoles: banner.organizationRoles,
  isPublic: banner.isPublic,
  isEnabled: banner.isEnabled,
  isDismissible: banner.dismissHours !== null,
  dismissHours: banner.dismissHours ?? DAY_HOURS,
})

/** Everything is sent: the form shows everything. */
export function bannerOf(draft: BannerDraft): NewBanner {
  const url = draft.linkUrl.trim()
  const linkTexts = written(draft.linkTexts)
  return {
    texts: { en: '', ...written(draft.texts) },
    linkUrl: url === '' ? null : url,
    linkTexts: url === '' || linkTexts.en === undefined ? null : { ...linkTexts, en: linkTexts.en },
    severity: draft.severity,
    startsAt: momentOf(draft.startsAt),
    endsAt: momentOf(draft.endsAt),
    platformRoles: [...draft.platformRoles],
    organizationRoles: [...draft.organizationRoles],
    isPublic: draft.isPublic,
    isEnabled: draft.isEnabled,
    dismissHours: draft.isDismissible ? draft.dismissHours : null,
  }
}

const written = (texts: Texts): Texts =>
  Object.fromEntries(Object.entries(texts).filter(([, text]) => text.trim() !== ''))

export type BannerComplaint = 'english' | 'url' | 'linkEnglish' | 'schedule' | 'hours'

export function complaintsAbout(draft: BannerDraft): Record<string, BannerComplaint> {
  const url = draft.linkUrl.trim()
  const isNamed = Object.keys(written(draft.linkTexts)).length > 0
  return {
    ...((draft.texts.en ?? '').trim() === '' ? { texts: 'english' as const } : {}),
    ...(url !== '' && !/^https?:\/\/\S+$/.test(url) ? { linkUrl: 'url' as const } : {}),
    ...(isNamed && (draft.linkTexts.en ?? '').trim() === '' ? { linkTexts: 'linkEnglish' as const } : {}),
    ...(draft.startsAt !== '' && draft.endsAt !== '' && draft.startsAt >= draft.endsAt
      ? { endsAt: 'schedule' as const }
      : {}),
    ...(draft.isDismissible && !isHours(draft.dismissHours) ? { dismissHours: 'hours' as const } : {}),
  }
}

const MOST_HOURS = 8760
const isHours = (value: number | null): boolean =>
  value !== null && Number.isInteger(value) && value >= 1 && value <= MOST_HOURS

/** `2026-11-21T18:40`, as the clock on the wall says it. */
function localOf(moment: string | null): string {
  if (moment === null) return ''
  const at = new Date(moment)
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

const momentOf = (local: string): string | null => (local === '' ? null : new Date(local).toISOString())

export type BannerState = 'off' | 'scheduled' | 'over' | 'shown'

/** Whether anybody sees it at that moment. */
export function stateOf(banner: Pick<Banner, 'isEnabled' | 'startsAt' | 'endsAt'>, now: number): BannerState {
  if (!banner.isEnabled) return 'off'
  if (banner.startsAt !== null && Date.parse(banner.startsAt) > now) return 'scheduled'
  return banner.endsAt !== null && Date.parse(banner.endsAt) <= now ? 'over' : 'shown'
}
