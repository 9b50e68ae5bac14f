/** How a receiver proves that a call came from here and is not an old one. Standard Webhooks, without a library. */
export const verifySample = `import { createHmac, timingSafeEqual } from 'node:crypto'

// rawBody: the bytes as they came, before any JSON is parsed
export function isFromLiteMaaS(headers, rawBody, secret) {
  const id = headers['webhook-id']
  const timestamp = headers['webhook-timestamp']
  const signatures = headers['webhook-signature'] ?? ''
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) return false

  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const expected = createHmac('sha256', key)
    .update(\`\${id}.\${timestamp}.\`)
    .update(rawBody)
    .digest()

  return signatures.split(' ').some((one) => {
    const [version, value] = one.split(',')
    const given = Buffer.from(value ?? '', 'base64')
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected)
  })
}`
