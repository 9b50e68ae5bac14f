import { Button, Divider, Flex, Form, Switch } from '@patternfly/react-core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { messagesOf } from './conversation.ts'
import { CodeDialog } from './CodeDialog.tsx'
import { Composer } from './Composer.tsx'
import { fieldsOf, noParameters } from './parameters.ts'
import type { Model } from './playground-queries.ts'
import { RoomFrame } from './RoomFrame.tsx'
import { SettingsPanel } from './SettingsPanel.tsx'
import { SidePicker } from './SidePicker.tsx'
import { Talk } from './Talk.tsx'
import { useConversation } from './use-conversation.ts'
import { useSide, type ChosenSide } from './use-side.ts'

interface ChatRoomProps {
  readonly models: readonly Model[]
  readonly chatModels: readonly Model[]
  readonly model: Model
  onChoose(modelId: string): void
}

/** Talks with one model, or with two at once that are asked the same. */
export function ChatRoom({ models, chatModels, model, onChoose }: ChatRoomProps) {
  const { t } = useTranslation('playground')
  const [parameters, setParameters] = useState(noParameters)
  const [otherId, setOtherId] = useState<string>()
  const [isCode, setIsCode] = useState(false)
  const left = useSide(model)
  const right = useSide(chatModels.find(({ id }) => id === otherId))
  const isPair = right.model !== undefined
  const here = useConversation(sideOf(left), parameters)
  const there = useConversation(sideOf(right), parameters)
  const all = isPair ? [here, there] : [here]
  const isBusy = all.some((one) => one.isBusy)
  const isReady = left.key !== undefined && (!isPair || right.key !== undefined)
  const compare = (isOn: boolean) => {
    there.clear()
    setOtherId(isOn ? (chatModels.find(({ id }) => id !== model.id) ?? model).id : undefined)
  }
  const correct = (place: number, text: string) => {
    for (const one of all) {
      const turn = one.turns[place]
      if (turn?.role === 'user') void one.correct(turn.id, text)
    }
  }
  const settings = (
    <>
      <Form onSubmit={(event) => event.preventDefault()}>
        <SidePicker name="model" label={t('side.model')} models={models} side={left} onChoose={onChoose} />
        {chatModels.length > 1 && (
          <Switch
            id="playground-compare"
            label={t('side.compare')}
            isChecked={isPair}
            onChange={(_event, isOn) => compare(isOn)}
          />
        )}
        {isPair && (
          <SidePicker
            name="other"
            label={t('side.other')}
            models={chatModels}
            side={right}
            onChoose={setOtherId}
          />
        )}
      </Form>
      <Divider className="lm-play__line" />
      <SettingsPanel parameters={parameters} onChange={setParameters} />
    </>
  )
  return (
    <RoomFrame settings={settings}>
      <div className="lm-play__sides">
        <Talk model={model.name} conversation={here} onCorrect={correct} />
        {right.model && <Talk model={right.model.name} conversation={there} onCorrect={correct} />}
      </div>
      <Composer
        isBusy={isBusy}
        isDisabled={!isReady}
        onSend={(text) => all.forEach((one) => void one.ask(text))}
        onStop={() => all.forEach((one) => one.stop())}
      />
      <Flex justifyContent={{ default: 'justifyContentSpaceBetween' }}>
        <small>{t('talk.private')}</small>
        <Flex gap={{ default: 'gapMd' }}>
          <Button variant="link" isInline onClick={() => setIsCode(true)}>
            {t('code.act')}
          </Button>
          <Button
            variant="link"
            isInline
            isDisabled={here.turns.length === 0}
            onClick={() => all.forEach((one) => one.clear())}
          >
            {t('talk.clear')}
          </Button>
        </Flex>
      </Flex>
      {isCode && (
        <CodeDialog
          call={{
            path: '/chat/completions',
            body: {
              model: model.name,
              messages: exampleIfNone(messagesOf(here.turns, parameters.system), t('code.example')),
              stream: true,
              ...fieldsOf(parameters),
            },
          }}
          onClose={() => setIsCode(false)}
        />
      )}
    </RoomFrame>
  )
}

const sideOf = ({ model, key }: ChosenSide) => model && key && { model: model.name, keyId: key.id }

type Messages = ReturnType<typeof messagesOf>

/** As the next call would begin: up to the last question. */
const exampleIfNone = (messages: Messages, example: string): Messages => {
  const last = messages.findLastIndex(({ role }) => role === 'user')
  return last < 0 ? [...messages, { role: 'user', content: example }] : messages.slice(0, last + 1)
}
