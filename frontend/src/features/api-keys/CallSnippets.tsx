import { Form, Stack, StackItem } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { SelectField } from '../../ui/fields.tsx'
import { exampleCall } from './code-of-call.ts'
import { CodeTabs } from './CodeTabs.tsx'

interface CallSnippetsProps {
  readonly models: ReadonlyArray<{ readonly id: string; readonly name: string }>
  readonly secret?: string
}

/** Ready code for a first call, fit for the model's kind. */
export function CallSnippets({ models, secret }: CallSnippetsProps) {
  const { t } = useTranslation('api-keys')
  const [chosen, setChosen] = useState(models[0]?.id ?? '')
  const model = models.find(({ id }) => id === chosen) ?? models[0]
  const { data: mode = 'chat' } = useQuery({
    queryKey: ['models', 'mode', model?.id],
    queryFn: async () => (await api.getModel({ path: { id: model?.id ?? '' } })).data.mode,
    enabled: model !== undefined,
    staleTime: Infinity,
  })
  if (model === undefined) return null
  return (
    <Stack hasGutter>
      {models.length > 1 && (
        <StackItem>
          <Form onSubmit={(event) => event.preventDefault()}>
            <SelectField
              name="model"
              label={t('snippet.model')}
              value={model.id}
              onChange={setChosen}
              options={models.map(({ id, name }) => ({ value: id, label: name }))}
            />
          </Form>
        </StackItem>
      )}
      <StackItem>
        <CodeTabs call={exampleCall(mode, model.name)} secret={secret} />
      </StackItem>
    </Stack>
  )
}
