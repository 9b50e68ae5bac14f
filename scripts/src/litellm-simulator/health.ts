import { json, type Handler } from './exchange.ts'

export const liveliness: Handler = () => json("I'm alive!")

/** With a database the probe's `connected` overwrites `healthy`; newer releases keep details for administrators. */
export const readiness: Handler = (exchange) =>
  exchange.state.profile === '1.81'
    ? readinessDetails(exchange)
    : json({ status: 'connected', db: 'connected' })

export const readinessDetails: Handler = ({ state }) =>
  json({
    status: 'connected',
    db: 'connected',
    cache: null,
    litellm_version: state.version,
    success_callbacks: ['_ProxyDBLogger'],
    use_aiohttp_transport: true,
    last_updated: new Date().toISOString(),
  })

export const license: Handler = () =>
  json({
    has_license: false,
    license_type: 'community',
    expiration_date: null,
    allowed_features: [],
    limits: { max_users: null, max_teams: null },
  })
