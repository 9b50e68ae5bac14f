import {
  Alert,
  Button,
  Content,
  Form,
  FormGroup,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
  Progress,
  Radio,
} from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../../ui/formats.ts'
import { useToasts } from '../../ui/Toasts.tsx'
import { useErrorText } from '../../ui/use-error-text.ts'
import { useAxisLabels } from './axis-labels.ts'
import { readExport, saveAs } from './export-progress.ts'
import { periodOf, type Range } from './ranges.ts'
import { summaryQuery } from './usage-queries.ts'
import type { CallQuery, UsageSource } from './usage-source.ts'

interface ExportDialogProps {
  readonly source: UsageSource
  readonly range: Range
  /** Filters of single calls, when the list of calls is what one looks at. */
  readonly query: CallQuery
  onClose(): void
}

const formats = ['csv', 'json'] as const

/** Every call of the range under the filters of the page, as a file; tells how far it is, and can be stopped. */
export function ExportDialog({ source, range, query, onClose }: ExportDialogProps) {
  const { t } = useTranslation('usage')
  const { number } = useFormats()
  const labels = useAxisLabels()
  const textOf = useErrorText()
  const [format, setFormat] = useState<'csv' | 'json'>('csv')
  const { rows, error, start } = useDownload(source, range, query, onClose)
  const { data } = useQuery(summaryQuery(source, periodOf(range)))
  const expected = Object.keys(query).length === 0 ? (data?.requests ?? 0) : 0
  const isBusy = rows !== undefined
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-label={t('export.title')}>
      <ModalHeader title={t('export.title')} />
      <ModalBody>
        <Content component="p">
          {expected > 0
            ? t('export.what', {
                count: expected,
                calls: number(expected),
                range: labels.range(range.from, range.to),
              })
            : t('export.filtered', { range: labels.range(range.from, range.to) })}
        </Content>
        <Form>
          <FormGroup role="radiogroup" label={t('export.format')} fieldId="export-format">
            {formats.map((one) => (
              <Radio
                key={one}
                id={`export-${one}`}
                name="export-format"
                label={t(`export.${one}`)}
                description={t(`export.${one}Hint`)}
                isChecked={format === one}
                isDisabled={isBusy}
                onChange={() => setFormat(one)}
              />
            ))}
          </FormGroup>
        </Form>
        {isBusy && (
          <Progress
            aria-label={t('export.title')}
            title={t('export.rows', { count: rows, calls: number(rows) })}
            value={Math.min(rows, expected)}
            {...(expected > 0 ? { max: expected } : { measureLocation: 'none' as const })}
          />
        )}
        {error !== undefined && (
          <Alert variant="danger" isInline component="p" title={textOf(error).message} />
        )}
      </ModalBody>
      <ModalFooter>
        <Button isDisabled={isBusy} isLoading={isBusy} onClick={() => start(format)}>
          {t('export.act')}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t('common:act.cancel')}
        </Button>
      </ModalFooter>
    </Modal>
  )
}

function useDownload(source: UsageSource, range: Range, query: CallQuery, onDone: () => void) {
  const { t } = useTranslation('usage')
  const { number } = useFormats()
  const { say } = useToasts()
  const [rows, setRows] = useState<number>()
  const [error, setError] = useState<unknown>()
  const stop = useRef<AbortController>(undefined)
  useEffect(() => () => stop.current?.abort(), [])
  const run = async (format: 'csv' | 'json', controller: AbortController) => {
    let brought = 0
    try {
      const response = await source.download({ ...periodOf(range), ...query }, format, controller.signal)
      const blob = await readExport(response, format, (count) => {
        brought = count
        setRows(count)
      })
      saveAs(blob, `usage-${range.from}-${range.to}.${format}`)
      say(t('export.done', { count: brought, calls: number(brought) }))
      onDone()
    } catch (thrown) {
      if (controller.signal.aborted) return
      setError(thrown)
      setRows(undefined)
    }
  }
  return {
    rows,
    error,
    start: (format: 'csv' | 'json') => {
      const controller = new AbortController()
      stop.current = controller
      setRows(0)
      setError(undefined)
      void run(format, controller)
    },
  }
}
