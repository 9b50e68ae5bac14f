import { Button, Form, Gallery, GalleryItem, Skeleton } from '@patternfly/react-core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { NumberField, SelectField, TextAreaField } from '../../ui/fields.tsx'
import { useFormats } from '../../ui/formats.ts'
import { AnswerProblem } from './AnswerProblem.tsx'
import { CodeDialog } from './CodeDialog.tsx'
import { picturesOf } from './pictures.ts'
import { bookedCostQuery, type Model } from './playground-queries.ts'
import { RoomFrame } from './RoomFrame.tsx'
import { SidePicker } from './SidePicker.tsx'
import { useSide } from './use-side.ts'

interface RoomProps {
  readonly models: readonly Model[]
  readonly model: Model
  onChoose(modelId: string): void
}

const sizes = ['', '1024x1024', '1536x1024', '1024x1536'] as const
const MOST = 4

/** Makes pictures of what somebody describes. */
export function ImageRoom({ models, model, onChoose }: RoomProps) {
  const { t } = useTranslation('playground')
  const { money, milliseconds } = useFormats()
  const side = useSide(model)
  const [prompt, setPrompt] = useState('')
  const [count, setCount] = useState<number | null>(1)
  const [size, setSize] = useState<string>('')
  const [isCode, setIsCode] = useState(false)
  const body = {
    model: model.name,
    prompt: prompt.trim() === '' ? t('image.example') : prompt,
    ...(count === null || count === 1 ? {} : { n: count }),
    ...(size === '' ? {} : { size }),
  }
  const call = useMutation({
    mutationFn: async () => {
      const startedAt = performance.now()
      const response = await api.createOwnImage(
        { path: { id: side.key?.id ?? '' }, body },
        { headers: { 'x-litemaas-tags': 'playground' } },
      )
      const requestId = response.headers.get('x-request-id') ?? undefined
      return { pictures: picturesOf(await response.json()), requestId, took: performance.now() - startedAt }
    },
  })
  const { data: booked } = useQuery(bookedCostQuery(call.data?.requestId))
  const settings = (
    <Form onSubmit={(event) => event.preventDefault()}>
      <SidePicker name="model" label={t('side.model')} models={models} side={side} onChoose={onChoose} />
      <NumberField
        name="n"
        label={t('image.count')}
        hint={t('image.countHint')}
        min={1}
        max={MOST}
        value={count}
        onChange={setCount}
      />
      <SelectField
        name="size"
        label={t('image.size')}
        value={size}
        onChange={setSize}
        options={sizes.map((one) => ({ value: one, label: one === '' ? t('parameter.own') : one }))}
      />
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
        <TextAreaField name="prompt" label={t('image.prompt')} value={prompt} onChange={setPrompt} />
        <div className="lm-turn__meta">
          <Button
            type="submit"
            isLoading={call.isPending}
            isDisabled={call.isPending || side.key === undefined || prompt.trim() === ''}
          >
            {t('image.act')}
          </Button>
          <Button variant="link" onClick={() => setIsCode(true)}>
            {t('code.act')}
          </Button>
        </div>
      </Form>
      {call.error && <AnswerProblem error={call.error} isLast onAgain={() => call.mutate()} />}
      {call.isPending && <Skeleton height="20rem" screenreaderText={t('turn.waiting')} />}
      {call.data && (
        <>
          <Gallery hasGutter minWidths={{ default: '16rem' }}>
            {call.data.pictures.map((picture, index) => (
              <GalleryItem key={index}>
                {picture.isHere ? (
                  <img className="lm-picture" src={picture.src} alt={prompt} />
                ) : (
                  <a href={picture.src} target="_blank" rel="noreferrer">
                    {t('image.open', { number: index + 1 })}
                  </a>
                )}
              </GalleryItem>
            ))}
          </Gallery>
          <div className="lm-turn__meta">
            <span>{t('fact.total', { time: milliseconds(call.data.took) })}</span>
            {booked && <span>{t('fact.cost', { cost: money(booked.cost) })}</span>}
          </div>
        </>
      )}
      {isCode && <CodeDialog call={{ path: '/images/generations', body }} onClose={() => setIsCode(false)} />}
    </RoomFrame>
  )
}
