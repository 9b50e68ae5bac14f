import { ActionGroup, Alert, AlertActionLink, Button, Content, Form, Skeleton } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../app/session.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { ForgetErrorContext, FormErrorsContext, type FormErrors } from '../../ui/form-errors.ts'
import { useFormats } from '../../ui/formats.ts'
import { useToasts } from '../../ui/Toasts.tsx'
import { useSubmit } from '../../ui/use-submit.ts'
import { changedValues, isChanged } from './section-draft.ts'
import {
  settingsQuery,
  useSaveSection,
  type Section,
  type SectionName,
  type Values,
} from './settings-queries.ts'
import { LeaveGuard } from './LeaveGuard.tsx'

export interface SectionFieldsProps<S extends SectionName> {
  readonly draft: Values<S>
  /** What is in force now. */
  readonly saved: Values<S>
  readonly isDisabled: boolean
  onChange(change: Partial<Values<S>>): void
}

interface SectionFormProps<S extends SectionName> {
  readonly name: S
  /** What is wrong before anything is sent, by field. */
  check?(draft: Values<S>): FormErrors
  readonly children: (fields: SectionFieldsProps<S>) => ReactNode
}

/** One section of the settings, saved by itself; those who only look see the same form, disabled. */
export function SectionForm<S extends SectionName>(props: SectionFormProps<S>) {
  const { data, error, refetch } = useQuery(settingsQuery)
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!data) return <Skeleton height="24rem" />
  return <LoadedForm {...props} section={data[props.name]} />
}

function LoadedForm<S extends SectionName>(props: SectionFormProps<S> & { section: Section<S> }) {
  const { t } = useTranslation('settings')
  const { isPlatformAdmin } = useSession()
  const { draft, setDraft, base, isStale, isDirty, reset, rebase } = useDraft<S>(props.section)
  const form = useRef<HTMLFormElement>(null)
  const { say } = useToasts()
  const save = useSaveSection(props.name)
  const { errors, general, isBusy, submit, forget } = useSubmit({
    form,
    check: () => props.check?.(draft) ?? {},
    send: async () => {
      await save.mutateAsync({ body: changedValues(base.values, draft), version: base.version })
      say(t('form.saved'))
    },
  })
  return (
    <FormErrorsContext value={errors}>
      <ForgetErrorContext value={forget}>
        <Form
          ref={form}
          noValidate
          onSubmit={submit}
          className={`lm-settings__form ${isPlatformAdmin ? '' : 'lm-read-only'}`}
        >
          {isStale && isDirty && (
            <Alert
              variant="warning"
              isInline
              component="p"
              title={t('form.stale')}
              actionLinks={
                <>
                  <AlertActionLink onClick={rebase}>{t('form.keepMine')}</AlertActionLink>
                  <AlertActionLink onClick={reset}>{t('form.takeTheirs')}</AlertActionLink>
                </>
              }
            />
          )}
          {general !== undefined && !isStale && (
            <Alert variant="danger" isInline component="p" title={general} />
          )}
          {props.children({
            draft,
            saved: base.values,
            isDisabled: !isPlatformAdmin,
            onChange: (change) => setDraft({ ...draft, ...change }),
          })}
          {isPlatformAdmin && (
            <ActionGroup>
              <Button type="submit" isLoading={isBusy} isDisabled={isBusy || !isDirty}>
                {t('common:act.save')}
              </Button>
              {isDirty && (
                <Button variant="link" onClick={reset}>
                  {t('form.discard')}
                </Button>
              )}
              {isChanged(props.section.defaults, draft) && (
                <Button variant="link" onClick={() => setDraft(props.section.defaults)}>
                  {t('form.defaults')}
                </Button>
              )}
            </ActionGroup>
          )}
          <LastChange at={props.section.updatedAt} />
        </Form>
      </ForgetErrorContext>
      <LeaveGuard isDirty={isDirty && !isBusy} />
    </FormErrorsContext>
  )
}

/** What is written stays when somebody else saves meanwhile; what is not written follows. */
function useDraft<S extends SectionName>(section: Section<S>) {
  type Base = { readonly version: number; readonly values: Values<S> }
  const [base, setBase] = useState<Base>(section)
  const [draft, setDraft] = useState<Values<S>>(section.values)
  const isStale = section.version !== base.version
  const isDirty = isChanged(base.values, draft)
  const isAgreed = !isChanged(section.values, draft)
  const reset = () => {
    setBase(section)
    setDraft(section.values)
  }
  /** What was written here, on top of what somebody else saved. */
  const rebase = () => {
    setBase(section)
    setDraft({ ...section.values, ...changedValues(base.values, draft) })
  }
  if (isStale && (!isDirty || isAgreed)) reset()
  return { draft, setDraft, base, isStale, isDirty, reset, rebase }
}

function LastChange({ at }: { at: string | null }) {
  const { t } = useTranslation('settings')
  const { ago, dateTime } = useFormats()
  return (
    <Content component="small">
      {at === null ? (
        t('form.neverChanged')
      ) : (
        <time dateTime={at} title={dateTime(at)}>
          {t('form.changed', { ago: ago(at) })}
        </time>
      )}
    </Content>
  )
}
