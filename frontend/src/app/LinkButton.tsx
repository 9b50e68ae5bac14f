import { Button, type ButtonProps } from '@patternfly/react-core'
import { createLink } from '@tanstack/react-router'
import type { Ref } from 'react'

function Anchor({ ref, ...props }: ButtonProps & { ref?: Ref<HTMLButtonElement> }) {
  return <Button {...props} component="a" {...(ref === undefined ? {} : { ref })} />
}

/** What leads to another page and looks like a button. */
export const LinkButton = createLink(Anchor)
