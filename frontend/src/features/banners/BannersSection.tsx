import { Button, Dropdown, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core'
import EllipsisVIcon from '@patternfly/react-icons/dist/esm/icons/ellipsis-v-icon'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../app/session.ts'
import { useList } from '../../app/use-list.ts'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { DataTable, type Column } from '../../ui/DataTable.tsx'
import { EmptyHint } from '../../ui/EmptyHint.tsx'
import { useFormats } from '../../ui/formats.ts'
import { Markdown } from '../../ui/Markdown.tsx'
import { StateLabel } from '../../ui/StateLabel.tsx'
import { useToasts } from '../../ui/Toasts.tsx'
import { stateOf } from './banner-form.ts'
import { bannersQuery, useChangeBanner, useDeleteBanner, type Banner } from './banner-queries.ts'
import { BannerDialog } from './BannerDialog.tsx'

const tones = { off: 'neutral', scheduled: 'info', over: 'neutral', shown: 'success' } as const

/** Everything that was ever announced: what is shown, what will be, what is over. */
export function BannersSection() {
  const { t } = useTranslation('banners')
  const { isPlatformAdmin } = useSession()
  const list = useList()
  const { limit, offset } = list.query
  const { data, error, refetch } = useQuery(bannersQuery({ limit, offset }))
  const [isCreating, setIsCreating] = useState(false)
  const columns = useBannerColumns(isPlatformAdmin)
  const create = isPlatformAdmin ? (
    <Button onClick={() => setIsCreating(true)}>{t('create.act')}</Button>
  ) : undefined
  return (
    <div className="lm-stack">
      {data?.data.length !== 0 && <div>{create}</div>}
      <DataTable
        label={t('title')}
        columns={columns}
        {...list.table({ data, error, refetch })}
        idOf={(banner) => banner.id}
        empty={<EmptyHint title={t('empty.title')} text={t('empty.text')} action={create} />}
      />
      {isCreating && <BannerDialog onClose={() => setIsCreating(false)} />}
    </div>
  )
}

function useBannerColumns(mayWrite: boolean): ReadonlyArray<Column<Banner>> {
  const { t, i18n } = useTranslation('banners')
  const { dateTime } = useFormats()
  const textIn = (banner: Banner) =>
    new Map(Object.entries(banner.texts)).get(i18n.language) ?? banner.texts.en
  const actions: Column<Banner> = {
    key: 'actions',
    title: t('column.actions'),
    isActions: true,
    render: (banner) => <BannerActions banner={banner} />,
  }
  return [
    { key: 'text', title: t('field.text'), render: (banner) => <Markdown text={textIn(banner)} /> },
    {
      key: 'state',
      title: t('column.state'),
      render: (banner) => {
        const state = stateOf(banner, Date.now())
        return <StateLabel tone={tones[state]}>{t(`state.${state}`)}</StateLabel>
      },
    },
    {
      key: 'severity',
      title: t('field.severity'),
      render: ({ severity }) => <StateLabel tone={severity}>{t(`severity.${severity}`)}</StateLabel>,
    },
    { key: 'audience', title: t('column.audience'), render: (banner) => <Audience banner={banner} /> },
    {
      key: 'schedule',
      title: t('column.schedule'),
      render: ({ startsAt, endsAt }) =>
        startsAt === null && endsAt === null
          ? t('schedule.always')
          : startsAt === null
            ? t('schedule.until', { end: dateTime(endsAt ?? '') })
            : endsAt === null
              ? t('schedule.from', { start: dateTime(startsAt) })
              : t('schedule.between', { start: dateTime(startsAt), end: dateTime(endsAt) }),
    },
    ...(mayWrite ? [actions] : []),
  ]
}

function Audience({ banner }: { banner: Banner }) {
  const { t } = useTranslation('banners')
  const roles = [
    ...banner.platformRoles.map((role) => t(`common:platformRole.${role}`)),
    ...banner.organizationRoles.map((role) => t(`common:role.${role}`)),
  ]
  return (
    <>
      {roles.length === 0 ? t('audience.everybody') : roles.join(', ')}
      {banner.isPublic && <small className="lm-detail">{t('audience.signIn')}</small>}
    </>
  )
}

function BannerActions({ banner }: { banner: Banner }) {
  const { t } = useTranslation('banners')
  const { say, fail } = useToasts()
  const [isOpen, setIsOpen] = useState(false)
  const [act, setAct] = useState<'edit' | 'delete'>()
  const change = useChangeBanner()
  const remove = useDeleteBanner()
  const toggle = () => change.mutate({ banner, body: { isEnabled: !banner.isEnabled } }, { onError: fail })
  return (
    <>
      <Dropdown
        isOpen={isOpen}
        onOpenChange={setIsOpen}
        onSelect={() => setIsOpen(false)}
        popperProps={{ position: 'right' }}
        toggle={(ref) => (
          <MenuToggle
            ref={ref}
            variant="plain"
            isExpanded={isOpen}
            aria-label={t('act.moreFor', { text: banner.texts.en.slice(0, 60) })}
            icon={<EllipsisVIcon />}
            onClick={() => setIsOpen(!isOpen)}
          />
        )}
      >
        <DropdownList>
          <DropdownItem onClick={() => setAct('edit')}>{t('common:act.edit')}</DropdownItem>
          <DropdownItem onClick={toggle}>{t(banner.isEnabled ? 'act.hide' : 'act.show')}</DropdownItem>
          <DropdownItem isDanger onClick={() => setAct('delete')}>
            {t('common:act.delete')}
          </DropdownItem>
        </DropdownList>
      </Dropdown>
      {act === 'edit' && <BannerDialog banner={banner} onClose={() => setAct(undefined)} />}
      {act === 'delete' && (
        <ConfirmDialog
          title={t('delete.title')}
          act={t('common:act.delete')}
          isDanger
          onConfirm={async () => {
            await remove.mutateAsync(banner.id)
            say(t('delete.done'))
          }}
          onClose={() => setAct(undefined)}
        >
          <p>{t('delete.text')}</p>
          <blockquote>
            <Markdown text={banner.texts.en} />
          </blockquote>
        </ConfirmDialog>
      )}
    </>
  )
}
