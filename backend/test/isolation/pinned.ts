/** The exceptions from the rules of the catalogue, each with its reason. Whoever adds a line here has opened a door. */

/** Tables of the platform: no organization_id, their own policies by person or reference. */
export const PLATFORM_TABLES = [
  'backups',
  'banner_dismissals',
  'banners',
  'branding_images',
  'event_readers',
  'gateway_call_rows',
  'identities',
  'ledger_checks',
  'litellm_spend_inbox',
  'login_attempts',
  'logout_tokens',
  'model_deployments',
  'model_prices',
  'model_sync_runs',
  'models',
  'notification_preferences',
  'organizations',
  'processes',
  'provider_grants',
  'sessions',
  'settings',
  'spend_log_windows',
  'usage_days_checked',
  'usage_recounts',
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
  // Resolves an invitation's link before its organization is known; a digest of 256 random bits tells nobody anything.
  'invitations.invitations_digest_key',
  // Resolve a service client before its organization is known: by a random name, and by a digest under a secret pepper.
  'service_clients.service_clients_client_id_key',
  'service_client_secrets.service_client_secrets_digest_key',
]

/** Every SECURITY DEFINER function: who owns it, and who may execute it. */
export const SECURITY_DEFINER_FUNCTIONS = [
  'lookup.apply_user_defaults() of litemaas_lookup for litemaas_lookup',
  'lookup.find_api_key(bytea[]) of litemaas_lookup for litemaas_app, litemaas_lookup',
  'lookup.find_identity(text, text) of litemaas_lookup for litemaas_app, litemaas_lookup',
  'lookup.find_invitation(bytea) of litemaas_lookup for litemaas_app, litemaas_lookup',
  'lookup.find_platform_budget(timestamp with time zone) of litemaas_lookup for litemaas_app, litemaas_lookup',
  'lookup.find_service_client(text, bytea[]) of litemaas_lookup for litemaas_app, litemaas_lookup',
  'lookup.find_service_token(text, uuid, uuid) of litemaas_lookup for litemaas_app, litemaas_lookup',
  'lookup.find_session(bytea) of litemaas_lookup for litemaas_app, litemaas_lookup',
  'lookup.find_session_by_id(uuid) of litemaas_lookup for litemaas_app, litemaas_lookup',
  'lookup.list_my_memberships(uuid) of litemaas_lookup for litemaas_app, litemaas_lookup',
  'lookup.organization_ids() of litemaas_lookup for litemaas_lookup, litemaas_owner',
  'lookup.provision_outside_identity(text, text, text, text, text, uuid, text, text, text) of litemaas_lookup for litemaas_app, litemaas_lookup',
  'lookup.redigest_api_key(bytea, bytea, text) of litemaas_lookup for litemaas_app, litemaas_lookup',
  'lookup.search_people(text) of litemaas_lookup for litemaas_app, litemaas_lookup',
  'lookup.sign_in_identity(text, text, text, text, boolean, text, text, text[], boolean, text, text) of litemaas_lookup for litemaas_app, litemaas_lookup',
  'public.drop_old_usage_partitions(integer) of litemaas_owner for litemaas_owner, litemaas_platform',
  'public.ensure_usage_partitions(integer) of litemaas_owner for litemaas_owner, litemaas_platform',
]
