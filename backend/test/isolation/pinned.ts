/** The exceptions from the rules of the catalogue, each with its reason. Whoever adds a line here has opened a door. */

/** Tables of the platform: no organization_id, their own policies by person or reference. */
export const PLATFORM_TABLES = [
  'identities',
  'login_attempts',
  'model_prices',
  'model_sync_runs',
  'models',
  'organizations',
  'processes',
  'sessions',
  'settings',
  'users',
]

/** The runner's own record of what it applied: names and checksums, readable by everybody, nobody's. */
export const TABLES_WITHOUT_ROW_SECURITY = ['schema_migrations']

/** Unique over all organizations, because the value itself is what is looked up or random. */
export const UNIQUE_ACROSS_ORGANIZATIONS = [
  // Resolves a presented key before any organization is known; a digest under a secret pepper tells nobody anything.
  'api_key_secrets.api_key_secrets_digest_key',
  // A random id that the database makes; the application reads none.
  'litellm_intents.litellm_intents_pkey',
]

/** Every SECURITY DEFINER function: who owns it, and who may execute it. */
export const SECURITY_DEFINER_FUNCTIONS = [
  'lookup.find_api_key(bytea[]) of litemaas_lookup for litemaas_app, litemaas_lookup',
  'lookup.find_identity(text, text) of litemaas_lookup for litemaas_app, litemaas_lookup',
  'lookup.find_session(bytea) of litemaas_lookup for litemaas_app, litemaas_lookup',
  'lookup.find_session_by_id(uuid) of litemaas_lookup for litemaas_app, litemaas_lookup',
  'lookup.list_my_memberships(uuid) of litemaas_lookup for litemaas_app, litemaas_lookup',
  'lookup.organization_ids() of litemaas_lookup for litemaas_lookup, litemaas_owner',
  'lookup.provision_outside_identity(text, text, text, text, text, uuid, text, text, text) of litemaas_lookup for litemaas_app, litemaas_lookup',
  'lookup.redigest_api_key(bytea, bytea, text) of litemaas_lookup for litemaas_app, litemaas_lookup',
  'lookup.sign_in_identity(text, text, text, text, boolean, text, text, boolean, text, text) of litemaas_lookup for litemaas_app, litemaas_lookup',
  'public.ensure_usage_partitions(integer) of litemaas_owner for litemaas_owner, litemaas_platform',
]
