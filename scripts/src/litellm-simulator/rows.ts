import type { JsonObject } from './json.ts'

/** A virtual key as the proxy's table holds it; the secret itself is nowhere. */
export interface KeyRow {
  token: string
  key_name: string
  key_alias: string | null
  spend: number
  expires: string | null
  models: string[]
  aliases: JsonObject
  config: JsonObject
  router_settings: JsonObject | null
  user_id: string | null
  team_id: string | null
  organization_id: string | null
  project_id: string | null
  agent_id: string | null
  permissions: JsonObject
  max_parallel_requests: number | null
  metadata: JsonObject
  blocked: boolean | null
  tpm_limit: number | null
  rpm_limit: number | null
  max_budget: number | null
  soft_budget: number | null
  budget_duration: string | null
  budget_reset_at: string | null
  budget_id: string | null
  allowed_cache_controls: string[]
  allowed_routes: string[]
  policies: string[]
  access_group_ids: string[]
  model_spend: JsonObject
  model_max_budget: JsonObject
  object_permission_id: string | null
  auto_rotate: boolean
  rotation_interval: string | null
  rotation_count: number
  last_rotation_at: string | null
  key_rotation_at: string | null
  created_at: string
  created_by: string
  updated_at: string
  updated_by: string
  deleted_at?: string
}

export interface UserRow {
  user_id: string
  user_alias: string | null
  user_email: string | null
  user_role: string | null
  sso_user_id: string | null
  teams: string[]
  models: string[]
  spend: number
  max_budget: number | null
  budget_duration: string | null
  budget_reset_at: string | null
  tpm_limit: number | null
  rpm_limit: number | null
  max_parallel_requests: number | null
  metadata: JsonObject
  created_at: string
  updated_at: string
}

export interface TeamMember {
  role: string
  user_id: string | null
  user_email: string | null
}

interface Membership {
  user_id: string
  team_id: string
  budget_id: string | null
  spend: number
}

export interface TeamRow {
  team_id: string
  team_alias: string | null
  organization_id: string | null
  members_with_roles: TeamMember[]
  memberships: Membership[]
  metadata: JsonObject
  models: string[]
  spend: number
  max_budget: number | null
  soft_budget: number | null
  budget_duration: string | null
  budget_reset_at: string | null
  tpm_limit: number | null
  rpm_limit: number | null
  max_parallel_requests: number | null
  blocked: boolean
  created_at: string
  updated_at: string
}

export interface BudgetRow {
  budget_id: string
  max_budget: number | null
  soft_budget: number | null
  max_parallel_requests: number | null
  tpm_limit: number | null
  rpm_limit: number | null
  model_max_budget: JsonObject | null
  budget_duration: string | null
  budget_reset_at: string | null
  created_at: string
  created_by: string
  updated_at: string
  updated_by: string
}

export interface CustomerRow {
  user_id: string
  alias: string | null
  spend: number
  allowed_model_region: string | null
  default_model: string | null
  blocked: boolean
  budget_id: string | null
}

/** One deployment; several may share a public name. */
export interface ModelRow {
  model_id: string
  model_name: string
  litellm_params: JsonObject
  model_info: JsonObject
  created_at: string
  created_by: string
  updated_at: string
  updated_by: string
}
