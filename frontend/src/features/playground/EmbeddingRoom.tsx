import { Button, Card, CardBody, CardTitle, Form } from '@patternfly/react-core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { CodeSample } from '../../ui/CodeSample.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { TextAreaField } from '../../ui/fields.tsx'
import { useFormats } from '../../ui/formats.ts'
import { AnswerProblem } from './AnswerProblem.tsx'
import { CodeDialog } from './CodeDialog.tsx'
import type { Model } from './playground-queries.ts'
import { RoomFrame } from './RoomFrame.tsx'
import { SidePicker } from './SidePicker.tsx'
import { similarity, vectorsOf } from './vectors.ts'
import { useSide } from './use-side.ts'

interface RoomProps {
  readonly models: readonly Model[]
  readonly model: Model
  onChoose(modelId: string): void
}

const SHOWN = 8

/** Turns one or two texts into vectors, and says how alike they are. */
export function EmbeddingRoom({ models, model, onChoose }: RoomProps) {
  const { t } = useTranslation('playground')
  const { number, percent, milliseconds } = useFormats()
  const side = useSide(model)
  const [first, setFirst] = useState('')
  const [second, setSecond] = useState('')
  const [isCode, setIsCode] = useState(false)
  const input = [first, second].filter((text) => text.trim() !== '')
  const body = { model: model.name, input: input.length === 0 ? [t('embedding.example')] : input }
  const call = useMutation({
    mutationFn: async () => {
      const startedAt = performance.now()
      const answer: unknown = await api.createOwnEmbedding(
        { path: { id: side.key?.id ?? '' }, body },
        { headers: { 'x-litemaas-tags': 'playground' } },
      )
      return { ...vectorsOf(answer), took: performance.now() - startedAt }
    },
  })
  const [a, b] = call.data?.vectors ?? []
  const settings = (
    <Form onSubmit={(event) => event.preventDefault()}>
      <SidePicker name="model" label={t('side.model')} models={models} side={side} onChoose={onChoose} />
    </Form>
  )
  return (
    <RoomFrame settings={settings}>
      <Form
        onSubmit={(event) => {
          event.preventDefault()
          call.mutate()
        }}
      >
        <TextAreaField name="first" label={t('embedding.first')} value={first} onChange={setFirst} />
        <TextAreaField
          name="second"
          label={t('embedding.second')}
          hint={t('embedding.secondHint')}
          value={second}
          onChange={setSecond}
        />
        <div className="lm-turn__meta">
          <Button
            type="submit"
            isLoading={call.isPending}
            isDisabled={call.isPending || side.key === undefined || first.trim() === ''}
          >
            {t('embedding.act')}
          </Button>
          <Button variant="link" onClick={() => setIsCode(true)}>
            {t('code.act')}
          </Button>
        </div>
      </Form>
      {call.error && <AnswerProblem error={call.error} isLast onAgain={() => call.mutate()} />}
      {call.data && a && (
        <Card isCompact>
          <CardTitle component="h2">{t('embedding.result')}</CardTitle>
          <CardBody>
            <Facts
              facts={[
                { term: t('embedding.dimensions'), value: number(a.length) },
                ...(b ? [{ term: t('embedding.similarity'), value: percent(similarity(a, b)) }] : []),
                { term: t('embedding.tokens'), value: number(call.data.tokens) },
                { term: t('embedding.time'), value: milliseconds(call.data.took) },
              ]}
            />
            <CodeSample
              label={t('embedding.vector')}
              code={`[${a.slice(0, SHOWN).join(', ')}, …]`}
              copied={JSON.stringify(a)}
            />
          </CardBody>
        </Card>
      )}
      {isCode && <CodeDialog call={{ path: '/embeddings', body }} onClose={() => setIsCode(false)} />}
    </RoomFrame>
  )
}
