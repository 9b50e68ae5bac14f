import { Button, Skeleton } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { ListSearch } from '../../app/list-search.ts'
import { EmptyHint } from '../../ui/EmptyHint.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { PageFrame } from '../../ui/PageFrame.tsx'
import { ChatRoom } from './ChatRoom.tsx'
import { EmbeddingRoom } from './EmbeddingRoom.tsx'
import { ImageRoom } from './ImageRoom.tsx'
import './playground.css'
import { kindOf, myModelsQuery, type Model } from './playground-queries.ts'

/** Where one's models are tried, in the name of one's own key: its budget pays, its limits hold. */
export function PlaygroundPage() {
  const { t } = useTranslation('playground')
  const navigate = useNavigate()
  const { data: models, error, refetch } = useQuery(myModelsQuery)
  return (
    <PageFrame title={t('title')} description={t('description')}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : models === undefined ? (
        <Skeleton height="30rem" />
      ) : models.length === 0 ? (
        <EmptyHint
          title={t('empty.title')}
          text={t('empty.text')}
          action={
            <Button onClick={() => void navigate({ to: '/models', search: {} })}>{t('empty.act')}</Button>
          }
        />
      ) : (
        <Room models={models} />
      )}
    </PageFrame>
  )
}

/** The model stands in the address, so that other pages can lead here. */
function Room({ models }: { models: readonly Model[] }) {
  const navigate = useNavigate()
  const { model: wanted } = useSearch({ strict: false }) as ListSearch
  const model = models.find(({ id }) => id === wanted) ?? models[0]
  if (!model) return null
  const choose = (id: string) => void navigate({ to: '.', search: { model: id } as never, replace: true })
  const kind = kindOf(model.mode)
  if (kind === 'embedding') return <EmbeddingRoom models={models} model={model} onChoose={choose} />
  if (kind === 'image') return <ImageRoom models={models} model={model} onChoose={choose} />
  const chatModels = models.filter(({ mode }) => kindOf(mode) === 'chat')
  return <ChatRoom models={models} chatModels={chatModels} model={model} onChoose={choose} />
}
