import { Pagination } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import { useFormats } from './formats.ts'

export interface Paging {
  readonly page: number
  readonly pageSize: number
  readonly total: number
  onChange(page: number, pageSize: number): void
}

interface ListPaginationProps extends Paging {
  /** What is leafed through, for screen readers: a page may have several lists. */
  readonly label: string
  readonly sizes?: readonly number[]
}

/** Leafs through a list that the server cuts; every word in the person's language. */
export function ListPagination({
  label,
  page,
  pageSize,
  total,
  onChange,
  sizes = [20, 50, 100],
}: ListPaginationProps) {
  const { t } = useTranslation()
  const { number } = useFormats()
  return (
    <Pagination
      itemCount={total}
      page={page}
      perPage={pageSize}
      perPageOptions={sizes.map((value) => ({ title: String(value), value }))}
      onSetPage={(_event, next) => onChange(next, pageSize)}
      onPerPageSelect={(_event, size) => onChange(1, size)}
      variant="bottom"
      isStatic
      toggleTemplate={({ firstIndex = 0, lastIndex = 0, itemCount = 0 }) => (
        <span>
          {t('paging.range', {
            first: number(firstIndex),
            last: number(lastIndex),
            total: number(itemCount),
          })}
        </span>
      )}
      titles={{
        ofWord: t('paging.of'),
        paginationAriaLabel: t('paging.label', { list: label }),
        currPageAriaLabel: t('paging.current'),
        itemsPerPage: t('paging.perPage'),
        perPageSuffix: t('paging.perPageSuffix'),
        toFirstPageAriaLabel: t('paging.first'),
        toPreviousPageAriaLabel: t('paging.previous'),
        toNextPageAriaLabel: t('paging.next'),
        toLastPageAriaLabel: t('paging.last'),
      }}
    />
  )
}
