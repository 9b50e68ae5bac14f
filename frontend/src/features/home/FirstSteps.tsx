import {
  Card,
  CardBody,
  CardTitle,
  Content,
  Flex,
  Gallery,
  ProgressStep,
  ProgressStepper,
  Stack,
  StackItem,
} from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { LinkButton } from '../../app/LinkButton.tsx'
import { CallSnippets } from '../api-keys/CallSnippets.tsx'
import { stepsOf, type Progress, type StepState } from './first-steps.ts'
import { myKeysQuery, openModelsQuery } from './home-queries.ts'

const variants = { done: 'success', current: 'info', waiting: 'warning', later: 'pending' } as const

/** From nothing to a first call. The quickest way is offered first: a key for an open model brings the subscription along. */
export function FirstSteps({ progress }: { readonly progress: Progress }) {
  const { t } = useTranslation('home')
  const states = stepsOf(progress)
  const current = states.find(({ state }) => state === 'current' || state === 'waiting')
  if (current === undefined) return null
  return (
    <Card>
      <CardTitle component="h2">{t('first.title')}</CardTitle>
      <CardBody>
        <Stack hasGutter>
          <StackItem>
            <ProgressStepper aria-label={t('first.title')}>
              {states.map(({ step, state }) => (
                <ProgressStep
                  key={step}
                  id={`first-${step}`}
                  titleId={`first-${step}-title`}
                  variant={variants[state]}
                  isCurrent={step === current.step}
                  aria-label={t(`first.state.${state}`)}
                >
                  {t(`first.${step}`)}
                </ProgressStep>
              ))}
            </ProgressStepper>
          </StackItem>
          <StackItem>
            <Next current={current} />
          </StackItem>
        </Stack>
      </CardBody>
    </Card>
  )
}

function Next({ current: { step, state } }: { readonly current: StepState }) {
  const { t } = useTranslation('home')
  if (step === 'call') return <FirstCall />
  return (
    <Stack hasGutter>
      <StackItem>
        <Content component="p">
          {state === 'waiting' ? t('first.waitingHint') : t(`first.${step}Hint`)}
        </Content>
      </StackItem>
      <StackItem>
        {step === 'subscribe' ? (
          <OpenModels />
        ) : (
          <LinkButton to="/api-keys" search={{ open: 'new' }} variant="primary">
            {t('act.createKey')}
          </LinkButton>
        )}
      </StackItem>
    </Stack>
  )
}

/** A few models that nobody has to approve, each one click away from a key. */
function OpenModels() {
  const { t } = useTranslation('home')
  const { data: models = [] } = useQuery(openModelsQuery)
  return (
    <Stack hasGutter>
      <StackItem>
        <Gallery hasGutter minWidths={{ default: '100%', sm: '14rem' }}>
          {models.map(({ id, name, description }) => (
            <Card key={id} isCompact isFullHeight>
              <CardTitle component="h3">
                <Link to="/models/$modelId" params={{ modelId: id }}>
                  {name}
                </Link>
              </CardTitle>
              <CardBody>
                <Stack hasGutter>
                  <StackItem isFilled>
                    <small className="lm-two-lines">{description}</small>
                  </StackItem>
                  <StackItem>
                    <LinkButton
                      to="/api-keys"
                      search={{ open: 'new', model: id }}
                      variant="secondary"
                      size="sm"
                      aria-label={t('act.keyFor', { model: name })}
                    >
                      {t('act.getKey')}
                    </LinkButton>
                  </StackItem>
                </Stack>
              </CardBody>
            </Card>
          ))}
        </Gallery>
      </StackItem>
      <StackItem>
        <Flex>
          <LinkButton to="/models" variant="primary">
            {t('act.browse')}
          </LinkButton>
        </Flex>
      </StackItem>
    </Stack>
  )
}

function FirstCall() {
  const { t } = useTranslation('home')
  const { data: keys } = useQuery(myKeysQuery)
  const models = keys?.find((key) => key.models.length > 0)?.models ?? []
  return (
    <Stack hasGutter>
      <StackItem>
        <Content component="p">{t('first.callHint')}</Content>
      </StackItem>
      <StackItem>
        <CallSnippets models={models} />
      </StackItem>
      <StackItem>
        <LinkButton to="/playground" variant="secondary">
          {t('act.playground')}
        </LinkButton>
      </StackItem>
    </Stack>
  )
}
