// Generated from docs/api/openapi.json by `npm run generate`; never edited.
import type { operations } from './schema.ts'

export type OperationId = keyof operations

/** How an operation is called, and what it answers. */
export interface Operation {
  readonly method: string
  readonly path: string
  readonly answer: 'json' | 'none' | 'response'
  /** Honours `Idempotency-Key`. */
  readonly isIdempotent?: true
  /** Takes its body as a form, as OAuth does. */
  readonly isForm?: true
}

export const operationTable: Readonly<Record<OperationId, Operation>> = {
  acceptInvitation: { method: 'POST', path: '/api/v1/invitations/accept', answer: 'json' },
  addTeamMember: { method: 'POST', path: '/api/v1/teams/{id}/members', answer: 'json', isIdempotent: true },
  approveSubscription: { method: 'POST', path: '/api/v1/admin/subscriptions/{id}/approve', answer: 'json' },
  archiveTeam: { method: 'DELETE', path: '/api/v1/admin/teams/{id}', answer: 'none' },
  cancelJob: { method: 'POST', path: '/api/v1/jobs/{id}/cancel', answer: 'json' },
  cancelSubscription: { method: 'DELETE', path: '/api/v1/subscriptions/{id}', answer: 'none' },
  checkPermissions: { method: 'GET', path: '/api/v1/access/check', answer: 'json' },
  completeSignIn: { method: 'GET', path: '/api/auth/callback', answer: 'response' },
  countMessageTokens: { method: 'POST', path: '/v1/messages/count_tokens', answer: 'json' },
  createApiKey: { method: 'POST', path: '/api/v1/api-keys', answer: 'json', isIdempotent: true },
  createApiKeyForUser: { method: 'POST', path: '/api/v1/admin/api-keys', answer: 'json', isIdempotent: true },
  createBackup: { method: 'POST', path: '/api/v1/admin/backups', answer: 'json', isIdempotent: true },
  createBanner: { method: 'POST', path: '/api/v1/admin/banners', answer: 'json', isIdempotent: true },
  createBudget: { method: 'POST', path: '/api/v1/admin/budgets', answer: 'json', isIdempotent: true },
  createBudgetIncrease: { method: 'POST', path: '/api/v1/admin/budgets/{id}/increases', answer: 'json', isIdempotent: true },
  createChatCompletion: { method: 'POST', path: '/v1/chat/completions', answer: 'response' },
  createCompletion: { method: 'POST', path: '/v1/completions', answer: 'response' },
  createEmbedding: { method: 'POST', path: '/v1/embeddings', answer: 'json' },
  createEventTicket: { method: 'POST', path: '/api/v1/events/tickets', answer: 'json' },
  createImage: { method: 'POST', path: '/v1/images/generations', answer: 'response' },
  createImageEdit: { method: 'POST', path: '/v1/images/edits', answer: 'response' },
  createInvitation: { method: 'POST', path: '/api/v1/admin/invitations', answer: 'json', isIdempotent: true },
  createMessage: { method: 'POST', path: '/v1/messages', answer: 'response' },
  createModel: { method: 'POST', path: '/api/v1/admin/models', answer: 'json', isIdempotent: true },
  createModeration: { method: 'POST', path: '/v1/moderations', answer: 'json' },
  createOrganization: { method: 'POST', path: '/api/v1/admin/organizations', answer: 'json', isIdempotent: true },
  createOwnChatCompletion: { method: 'POST', path: '/api/v1/api-keys/{id}/chat-completions', answer: 'response' },
  createOwnEmbedding: { method: 'POST', path: '/api/v1/api-keys/{id}/embeddings', answer: 'json' },
  createOwnImage: { method: 'POST', path: '/api/v1/api-keys/{id}/images', answer: 'response' },
  createRerank: { method: 'POST', path: '/v1/rerank', answer: 'json' },
  createResponse: { method: 'POST', path: '/v1/responses', answer: 'response' },
  createServiceClient: { method: 'POST', path: '/api/v1/admin/service-clients', answer: 'json', isIdempotent: true },
  createServiceClientSecret: { method: 'POST', path: '/api/v1/admin/service-clients/{id}/secrets', answer: 'json', isIdempotent: true },
  createServiceToken: { method: 'POST', path: '/api/auth/oauth/token', answer: 'json', isForm: true },
  createSpeech: { method: 'POST', path: '/v1/audio/speech', answer: 'response' },
  createSubscription: { method: 'POST', path: '/api/v1/subscriptions', answer: 'json', isIdempotent: true },
  createTeam: { method: 'POST', path: '/api/v1/admin/teams', answer: 'json', isIdempotent: true },
  createToken: { method: 'POST', path: '/api/auth/token', answer: 'json' },
  createTranscription: { method: 'POST', path: '/v1/audio/transcriptions', answer: 'response' },
  createWebhook: { method: 'POST', path: '/api/v1/admin/webhooks', answer: 'json', isIdempotent: true },
  decideSubscriptions: { method: 'POST', path: '/api/v1/admin/subscriptions/decide', answer: 'json', isIdempotent: true },
  deleteApiKey: { method: 'POST', path: '/api/v1/admin/api-keys/{id}/delete', answer: 'none' },
  deleteBackup: { method: 'DELETE', path: '/api/v1/admin/backups/{id}', answer: 'none' },
  deleteBanner: { method: 'DELETE', path: '/api/v1/admin/banners/{id}', answer: 'none' },
  deleteBrandingImage: { method: 'DELETE', path: '/api/v1/admin/branding/images/{slot}', answer: 'none' },
  deleteBudget: { method: 'DELETE', path: '/api/v1/admin/budgets/{id}', answer: 'none' },
  deleteNotification: { method: 'DELETE', path: '/api/v1/me/notifications/{id}', answer: 'none' },
  deleteServiceClient: { method: 'DELETE', path: '/api/v1/admin/service-clients/{id}', answer: 'none' },
  deleteServiceClientSecret: { method: 'DELETE', path: '/api/v1/admin/service-clients/{id}/secrets/{secretId}', answer: 'none' },
  deleteWebhook: { method: 'DELETE', path: '/api/v1/admin/webhooks/{id}', answer: 'none' },
  denySubscription: { method: 'POST', path: '/api/v1/admin/subscriptions/{id}/deny', answer: 'json' },
  dismissBanner: { method: 'POST', path: '/api/v1/me/banners/{id}/dismiss', answer: 'none' },
  downloadBackup: { method: 'GET', path: '/api/v1/admin/backups/{id}/download', answer: 'response' },
  endBudgetIncrease: { method: 'DELETE', path: '/api/v1/admin/budgets/{id}/increases', answer: 'none' },
  endOtherSessions: { method: 'DELETE', path: '/api/auth/sessions', answer: 'none' },
  endSession: { method: 'DELETE', path: '/api/auth/sessions/{id}', answer: 'none' },
  endSessionsByProvider: { method: 'POST', path: '/api/auth/backchannel-logout', answer: 'json', isForm: true },
  exportAdminUsage: { method: 'GET', path: '/api/v1/admin/usage/export', answer: 'response' },
  exportAuditLogs: { method: 'GET', path: '/api/v1/admin/audit-logs/export', answer: 'response' },
  exportUsage: { method: 'GET', path: '/api/v1/usage/export', answer: 'response' },
  getAdminModel: { method: 'GET', path: '/api/v1/admin/models/{id}', answer: 'json' },
  getAdminUsageFilters: { method: 'GET', path: '/api/v1/admin/usage/filters', answer: 'json' },
  getAdminUsageLatency: { method: 'GET', path: '/api/v1/admin/usage/latency', answer: 'json' },
  getAdminUsageSummary: { method: 'GET', path: '/api/v1/admin/usage/summary', answer: 'json' },
  getAnyApiKey: { method: 'GET', path: '/api/v1/admin/api-keys/{id}', answer: 'json' },
  getAnyJob: { method: 'GET', path: '/api/v1/admin/jobs/{id}', answer: 'json' },
  getApiKey: { method: 'GET', path: '/api/v1/api-keys/{id}', answer: 'json' },
  getApiKeyRules: { method: 'GET', path: '/api/v1/api-keys/rules', answer: 'json' },
  getApiKeyStatistics: { method: 'GET', path: '/api/v1/api-keys/statistics', answer: 'json' },
  getApiKeysSettings: { method: 'GET', path: '/api/v1/admin/settings/api-keys', answer: 'json' },
  getApprovalStatistics: { method: 'GET', path: '/api/v1/admin/subscriptions/statistics', answer: 'json' },
  getAuditLog: { method: 'GET', path: '/api/v1/admin/audit-logs/{id}', answer: 'json' },
  getAuthorizationServer: { method: 'GET', path: '/.well-known/oauth-authorization-server', answer: 'json' },
  getBackup: { method: 'GET', path: '/api/v1/admin/backups/{id}', answer: 'json' },
  getBanner: { method: 'GET', path: '/api/v1/admin/banners/{id}', answer: 'json' },
  getBrandingImage: { method: 'GET', path: '/api/v1/branding/images/{slot}', answer: 'response' },
  getBrandingSettings: { method: 'GET', path: '/api/v1/admin/settings/branding', answer: 'json' },
  getBudget: { method: 'GET', path: '/api/v1/admin/budgets/{id}', answer: 'json' },
  getCurrentApiKey: { method: 'GET', path: '/api/v1/api-keys/current', answer: 'json' },
  getCurrentOrganization: { method: 'GET', path: '/api/v1/organization', answer: 'json' },
  getDisplaySettings: { method: 'GET', path: '/api/v1/admin/settings/display', answer: 'json' },
  getGatewayModel: { method: 'GET', path: '/v1/models/{model}', answer: 'json' },
  getInvitationOffer: { method: 'GET', path: '/api/v1/invitations/{token}', answer: 'json' },
  getJob: { method: 'GET', path: '/api/v1/jobs/{id}', answer: 'json' },
  getLiveness: { method: 'GET', path: '/health/live', answer: 'json' },
  getMe: { method: 'GET', path: '/api/auth/me', answer: 'json' },
  getModel: { method: 'GET', path: '/api/v1/models/{id}', answer: 'json' },
  getModelDrift: { method: 'GET', path: '/api/v1/admin/models/drift', answer: 'json' },
  getModelStatistics: { method: 'GET', path: '/api/v1/models/statistics', answer: 'json' },
  getNotificationPreferences: { method: 'GET', path: '/api/v1/me/notification-preferences', answer: 'json' },
  getOrganization: { method: 'GET', path: '/api/v1/admin/organizations/{id}', answer: 'json' },
  getOrganizationModels: { method: 'GET', path: '/api/v1/admin/organizations/{id}/models', answer: 'json' },
  getProfile: { method: 'GET', path: '/api/v1/me', answer: 'json' },
  getPublicConfiguration: { method: 'GET', path: '/api/v1/config', answer: 'json' },
  getRateLimitsSettings: { method: 'GET', path: '/api/v1/admin/settings/rate-limits', answer: 'json' },
  getReadiness: { method: 'GET', path: '/health/ready', answer: 'json' },
  getRetentionSettings: { method: 'GET', path: '/api/v1/admin/settings/retention', answer: 'json' },
  getServiceClient: { method: 'GET', path: '/api/v1/admin/service-clients/{id}', answer: 'json' },
  getSubscription: { method: 'GET', path: '/api/v1/subscriptions/{id}', answer: 'json' },
  getSubscriptionRequest: { method: 'GET', path: '/api/v1/admin/subscriptions/{id}', answer: 'json' },
  getSubscriptionStatistics: { method: 'GET', path: '/api/v1/subscriptions/statistics', answer: 'json' },
  getTeam: { method: 'GET', path: '/api/v1/teams/{id}', answer: 'json' },
  getUsageBudget: { method: 'GET', path: '/api/v1/usage/budget', answer: 'json' },
  getUsageLatency: { method: 'GET', path: '/api/v1/usage/latency', answer: 'json' },
  getUsageRecount: { method: 'GET', path: '/api/v1/admin/usage/recounts/{id}', answer: 'json' },
  getUsageSummary: { method: 'GET', path: '/api/v1/usage/summary', answer: 'json' },
  getUser: { method: 'GET', path: '/api/v1/admin/users/{id}', answer: 'json' },
  getUsersSettings: { method: 'GET', path: '/api/v1/admin/settings/users', answer: 'json' },
  getWebhook: { method: 'GET', path: '/api/v1/admin/webhooks/{id}', answer: 'json' },
  grantSubscription: { method: 'POST', path: '/api/v1/admin/subscriptions', answer: 'json', isIdempotent: true },
  introspectServiceToken: { method: 'POST', path: '/api/auth/oauth/introspect', answer: 'json', isForm: true },
  leaveOrganization: { method: 'POST', path: '/api/v1/organization/leave', answer: 'none' },
  listAdminModels: { method: 'GET', path: '/api/v1/admin/models', answer: 'json' },
  listAdminUsageByKey: { method: 'GET', path: '/api/v1/admin/usage/by-key', answer: 'json' },
  listAdminUsageByModel: { method: 'GET', path: '/api/v1/admin/usage/by-model', answer: 'json' },
  listAdminUsageByOrganization: { method: 'GET', path: '/api/v1/admin/usage/by-organization', answer: 'json' },
  listAdminUsageByProvider: { method: 'GET', path: '/api/v1/admin/usage/by-provider', answer: 'json' },
  listAdminUsageByTeam: { method: 'GET', path: '/api/v1/admin/usage/by-team', answer: 'json' },
  listAdminUsageByUser: { method: 'GET', path: '/api/v1/admin/usage/by-user', answer: 'json' },
  listAdminUsageDays: { method: 'GET', path: '/api/v1/admin/usage/daily', answer: 'json' },
  listAdminUsageErrors: { method: 'GET', path: '/api/v1/admin/usage/errors', answer: 'json' },
  listAdminUsageHours: { method: 'GET', path: '/api/v1/admin/usage/hourly', answer: 'json' },
  listAdminUsageLogs: { method: 'GET', path: '/api/v1/admin/usage/logs', answer: 'json' },
  listAllApiKeys: { method: 'GET', path: '/api/v1/admin/api-keys', answer: 'json' },
  listAllJobs: { method: 'GET', path: '/api/v1/admin/jobs', answer: 'json' },
  listApiKeys: { method: 'GET', path: '/api/v1/api-keys', answer: 'json' },
  listAuditFilters: { method: 'GET', path: '/api/v1/admin/audit-logs/filters', answer: 'json' },
  listAuditLogs: { method: 'GET', path: '/api/v1/admin/audit-logs', answer: 'json' },
  listBackups: { method: 'GET', path: '/api/v1/admin/backups', answer: 'json' },
  listBanners: { method: 'GET', path: '/api/v1/admin/banners', answer: 'json' },
  listBudgetHistory: { method: 'GET', path: '/api/v1/admin/budgets/{id}/history', answer: 'json' },
  listBudgetIncreases: { method: 'GET', path: '/api/v1/admin/budgets/{id}/increases', answer: 'json' },
  listBudgets: { method: 'GET', path: '/api/v1/admin/budgets', answer: 'json' },
  listGatewayModels: { method: 'GET', path: '/v1/models', answer: 'json' },
  listInvitations: { method: 'GET', path: '/api/v1/admin/invitations', answer: 'json' },
  listJobs: { method: 'GET', path: '/api/v1/jobs', answer: 'json' },
  listLedgerChecks: { method: 'GET', path: '/api/v1/admin/usage/ledger-checks', answer: 'json' },
  listLedgerDifferences: { method: 'GET', path: '/api/v1/admin/usage/ledger-checks/{id}/differences', answer: 'json' },
  listMembers: { method: 'GET', path: '/api/v1/admin/members', answer: 'json' },
  listModelAbilities: { method: 'GET', path: '/api/v1/models/abilities', answer: 'json' },
  listModelPrices: { method: 'GET', path: '/api/v1/models/{id}/prices', answer: 'json' },
  listModelProviders: { method: 'GET', path: '/api/v1/models/providers', answer: 'json' },
  listModelSynchronizations: { method: 'GET', path: '/api/v1/admin/models/synchronization', answer: 'json' },
  listModels: { method: 'GET', path: '/api/v1/models', answer: 'json' },
  listMyBudgets: { method: 'GET', path: '/api/v1/budgets', answer: 'json' },
  listMyPermissions: { method: 'GET', path: '/api/v1/me/permissions', answer: 'json' },
  listMyTeams: { method: 'GET', path: '/api/v1/teams', answer: 'json' },
  listNotifications: { method: 'GET', path: '/api/v1/me/notifications', answer: 'json' },
  listOrganizations: { method: 'GET', path: '/api/v1/admin/organizations', answer: 'json' },
  listPermissions: { method: 'GET', path: '/api/v1/access/permissions', answer: 'json' },
  listRoles: { method: 'GET', path: '/api/v1/access/roles', answer: 'json' },
  listServiceClients: { method: 'GET', path: '/api/v1/admin/service-clients', answer: 'json' },
  listSessions: { method: 'GET', path: '/api/auth/sessions', answer: 'json' },
  listSettings: { method: 'GET', path: '/api/v1/admin/settings', answer: 'json' },
  listShownBanners: { method: 'GET', path: '/api/v1/banners', answer: 'json' },
  listSubscriptionHistory: { method: 'GET', path: '/api/v1/subscriptions/{id}/history', answer: 'json' },
  listSubscriptionRequestHistory: { method: 'GET', path: '/api/v1/admin/subscriptions/{id}/history', answer: 'json' },
  listSubscriptionRequests: { method: 'GET', path: '/api/v1/admin/subscriptions', answer: 'json' },
  listSubscriptions: { method: 'GET', path: '/api/v1/subscriptions', answer: 'json' },
  listTeamCandidates: { method: 'GET', path: '/api/v1/teams/{id}/candidates', answer: 'json' },
  listTeamKeys: { method: 'GET', path: '/api/v1/teams/{id}/keys', answer: 'json' },
  listTeamMembers: { method: 'GET', path: '/api/v1/teams/{id}/members', answer: 'json' },
  listTeams: { method: 'GET', path: '/api/v1/admin/teams', answer: 'json' },
  listUsageByKey: { method: 'GET', path: '/api/v1/usage/by-key', answer: 'json' },
  listUsageByModel: { method: 'GET', path: '/api/v1/usage/by-model', answer: 'json' },
  listUsageCompleteness: { method: 'GET', path: '/api/v1/admin/usage/completeness', answer: 'json' },
  listUsageDays: { method: 'GET', path: '/api/v1/usage/daily', answer: 'json' },
  listUsageErrors: { method: 'GET', path: '/api/v1/usage/errors', answer: 'json' },
  listUsageHours: { method: 'GET', path: '/api/v1/usage/hourly', answer: 'json' },
  listUsageIntake: { method: 'GET', path: '/api/v1/admin/usage/intake', answer: 'json' },
  listUsageLogs: { method: 'GET', path: '/api/v1/usage/logs', answer: 'json' },
  listUsageRecountDifferences: { method: 'GET', path: '/api/v1/admin/usage/recounts/{id}/differences', answer: 'json' },
  listUsageRecountTotals: { method: 'GET', path: '/api/v1/admin/usage/recounts/{id}/totals', answer: 'json' },
  listUsageRecounts: { method: 'GET', path: '/api/v1/admin/usage/recounts', answer: 'json' },
  listUserActivity: { method: 'GET', path: '/api/v1/admin/users/{id}/activity', answer: 'json' },
  listUsers: { method: 'GET', path: '/api/v1/admin/users', answer: 'json' },
  listWebhookDeliveries: { method: 'GET', path: '/api/v1/admin/webhooks/{id}/deliveries', answer: 'json' },
  listWebhooks: { method: 'GET', path: '/api/v1/admin/webhooks', answer: 'json' },
  putBrandingImage: { method: 'PUT', path: '/api/v1/admin/branding/images/{slot}', answer: 'json' },
  readAllNotifications: { method: 'POST', path: '/api/v1/me/notifications/read-all', answer: 'none' },
  readNotification: { method: 'POST', path: '/api/v1/me/notifications/{id}/read', answer: 'none' },
  receiveLiteLLMUsage: { method: 'POST', path: '/api/v1/webhooks/litellm', answer: 'json' },
  redriveUsageIntake: { method: 'POST', path: '/api/v1/admin/usage/intake/{id}/redrive', answer: 'json' },
  redriveWebhookDelivery: { method: 'POST', path: '/api/v1/admin/webhooks/{id}/deliveries/{deliveryId}/redrive', answer: 'json' },
  removeMember: { method: 'DELETE', path: '/api/v1/admin/members/{id}', answer: 'none' },
  removeModel: { method: 'DELETE', path: '/api/v1/admin/models/{id}', answer: 'none' },
  removeSubscription: { method: 'DELETE', path: '/api/v1/admin/subscriptions/{id}', answer: 'none' },
  removeTeamMember: { method: 'DELETE', path: '/api/v1/teams/{id}/members/{userId}', answer: 'none' },
  renameOrganization: { method: 'PATCH', path: '/api/v1/admin/organization', answer: 'json' },
  requestSubscriptionAgain: { method: 'POST', path: '/api/v1/subscriptions/{id}/request-again', answer: 'json', isIdempotent: true },
  resetBudgetSpend: { method: 'POST', path: '/api/v1/admin/budgets/{id}/reset-spend', answer: 'json', isIdempotent: true },
  resumeSubscription: { method: 'POST', path: '/api/v1/admin/subscriptions/{id}/resume', answer: 'json' },
  revertSubscription: { method: 'POST', path: '/api/v1/admin/subscriptions/{id}/revert', answer: 'json' },
  revokeAnyApiKey: { method: 'DELETE', path: '/api/v1/admin/api-keys/{id}', answer: 'none' },
  revokeApiKey: { method: 'DELETE', path: '/api/v1/api-keys/{id}', answer: 'none' },
  revokeInvitation: { method: 'DELETE', path: '/api/v1/admin/invitations/{id}', answer: 'none' },
  revokeManyApiKeys: { method: 'POST', path: '/api/v1/admin/api-keys/bulk-revoke', answer: 'json', isIdempotent: true },
  revokeServiceToken: { method: 'POST', path: '/api/auth/oauth/revoke', answer: 'json', isForm: true },
  rotateApiKey: { method: 'POST', path: '/api/v1/api-keys/{id}/rotate', answer: 'json', isIdempotent: true },
  rotateWebhookSecret: { method: 'POST', path: '/api/v1/admin/webhooks/{id}/rotate-secret', answer: 'json', isIdempotent: true },
  setLimitsOfUsers: { method: 'POST', path: '/api/v1/admin/users/bulk-limits', answer: 'json', isIdempotent: true },
  setNotificationPreferences: { method: 'PUT', path: '/api/v1/me/notification-preferences', answer: 'json' },
  setOrganizationModels: { method: 'PUT', path: '/api/v1/admin/organizations/{id}/models', answer: 'json' },
  setUserLimits: { method: 'PUT', path: '/api/v1/admin/users/{id}/limits', answer: 'json' },
  signOut: { method: 'POST', path: '/api/auth/logout', answer: 'none' },
  startSignIn: { method: 'GET', path: '/api/auth/login', answer: 'response' },
  startUsageRecount: { method: 'POST', path: '/api/v1/admin/usage/recounts', answer: 'json', isIdempotent: true },
  streamEvents: { method: 'GET', path: '/api/v1/events', answer: 'response' },
  suspendSubscription: { method: 'POST', path: '/api/v1/admin/subscriptions/{id}/suspend', answer: 'json' },
  switchOrganization: { method: 'PUT', path: '/api/auth/organization', answer: 'json' },
  synchronizeModels: { method: 'POST', path: '/api/v1/admin/models/synchronize', answer: 'json' },
  testBackup: { method: 'POST', path: '/api/v1/admin/backups/{id}/test-restore', answer: 'json', isIdempotent: true },
  testModelConnection: { method: 'POST', path: '/api/v1/admin/models/test-connection', answer: 'json' },
  testStoredModelConnection: { method: 'POST', path: '/api/v1/admin/models/{id}/test-connection', answer: 'json' },
  testWebhook: { method: 'POST', path: '/api/v1/admin/webhooks/{id}/test', answer: 'json', isIdempotent: true },
  updateAnyApiKey: { method: 'PATCH', path: '/api/v1/admin/api-keys/{id}', answer: 'json' },
  updateApiKey: { method: 'PATCH', path: '/api/v1/api-keys/{id}', answer: 'json' },
  updateApiKeysSettings: { method: 'PATCH', path: '/api/v1/admin/settings/api-keys', answer: 'json' },
  updateBanner: { method: 'PATCH', path: '/api/v1/admin/banners/{id}', answer: 'json' },
  updateBrandingSettings: { method: 'PATCH', path: '/api/v1/admin/settings/branding', answer: 'json' },
  updateBudget: { method: 'PATCH', path: '/api/v1/admin/budgets/{id}', answer: 'json' },
  updateDisplaySettings: { method: 'PATCH', path: '/api/v1/admin/settings/display', answer: 'json' },
  updateMember: { method: 'PATCH', path: '/api/v1/admin/members/{id}', answer: 'json' },
  updateModel: { method: 'PATCH', path: '/api/v1/admin/models/{id}', answer: 'json' },
  updateOrganization: { method: 'PATCH', path: '/api/v1/admin/organizations/{id}', answer: 'json' },
  updateProfile: { method: 'PATCH', path: '/api/v1/me', answer: 'json' },
  updateRateLimitsSettings: { method: 'PATCH', path: '/api/v1/admin/settings/rate-limits', answer: 'json' },
  updateRetentionSettings: { method: 'PATCH', path: '/api/v1/admin/settings/retention', answer: 'json' },
  updateServiceClient: { method: 'PATCH', path: '/api/v1/admin/service-clients/{id}', answer: 'json' },
  updateSubscription: { method: 'PATCH', path: '/api/v1/subscriptions/{id}', answer: 'json' },
  updateTeam: { method: 'PATCH', path: '/api/v1/admin/teams/{id}', answer: 'json' },
  updateTeamMember: { method: 'PATCH', path: '/api/v1/teams/{id}/members/{userId}', answer: 'json' },
  updateUser: { method: 'PATCH', path: '/api/v1/admin/users/{id}', answer: 'json' },
  updateUsersSettings: { method: 'PATCH', path: '/api/v1/admin/settings/users', answer: 'json' },
  updateWebhook: { method: 'PATCH', path: '/api/v1/admin/webhooks/{id}', answer: 'json' },
  validateModels: { method: 'POST', path: '/api/v1/admin/models/validate', answer: 'json' },
  verifyAuditLogs: { method: 'POST', path: '/api/v1/admin/audit-logs/verify', answer: 'json' },
}

/** Every code that the document knows; see docs/api/errors.md. */
export type ErrorCode =
  | 'ABOVE_ADMIN_LIMIT'
  | 'ABOVE_MAXIMUM'
  | 'ADDRESS_NOT_ALLOWED'
  | 'ALREADY_MEMBER'
  | 'API_KEY_NOT_FOUND'
  | 'AUDIT_LOG_NOT_FOUND'
  | 'BACKUP_FILE_MISSING'
  | 'BACKUP_IN_PROGRESS'
  | 'BACKUP_NOT_CONFIGURED'
  | 'BACKUP_NOT_FOUND'
  | 'BACKUP_NOT_READY'
  | 'BANNER_NOT_DISMISSIBLE'
  | 'BANNER_NOT_FOUND'
  | 'BANNER_SCHEDULE'
  | 'BRANDING_IMAGE_NOT_FOUND'
  | 'BUDGET_EXCEEDED'
  | 'BUDGET_EXISTS'
  | 'BUDGET_NOT_FOUND'
  | 'BUDGET_OF_KEY'
  | 'BUDGET_UNLIMITED'
  | 'CSRF'
  | 'CURRENCY_UNKNOWN'
  | 'DATABASE_UNAVAILABLE'
  | 'DEFAULT_ORGANIZATION'
  | 'DEFAULT_TEAM'
  | 'EGRESS_REFUSED'
  | 'EVENT_STREAM_LIMIT'
  | 'EXPIRY_OUT_OF_RANGE'
  | 'EXPIRY_REQUIRED'
  | 'FORBIDDEN'
  | 'IDEMPOTENCY_IN_PROGRESS'
  | 'IDEMPOTENCY_MISMATCH'
  | 'IMAGE_TOO_LARGE'
  | 'IMAGE_UNREADABLE'
  | 'INCREASE_ACTIVE'
  | 'INCREASE_NOT_FOUND'
  | 'INCREASE_OUT_OF_RANGE'
  | 'INTAKE_NOT_FOUND'
  | 'INTAKE_STATE'
  | 'INTERNAL'
  | 'INVITATION_EMAIL'
  | 'INVITATION_NOT_FOUND'
  | 'INVITATION_STATE'
  | 'JOB_FINISHED'
  | 'JOB_NOT_FOUND'
  | 'KEY_IN_USE'
  | 'KEY_LIMIT_REACHED'
  | 'KEY_LOCKED'
  | 'KEY_NOT_ACTIVE'
  | 'KEY_NOT_REVOKED'
  | 'KEY_REVOKED'
  | 'KEY_WITHOUT_MODELS'
  | 'LAST_ADMIN'
  | 'LEDGER_CHECK_NOT_FOUND'
  | 'LITELLM_UNAVAILABLE'
  | 'LOGOUT_TOKEN_REFUSED'
  | 'MALFORMED_BODY'
  | 'MEMBER_NOT_FOUND'
  | 'METADATA_TOO_LARGE'
  | 'MODEL_EXISTS'
  | 'MODEL_IN_USE'
  | 'MODEL_LIMIT_WITHOUT_MODEL'
  | 'MODEL_NOT_ALLOWED'
  | 'MODEL_NOT_AVAILABLE'
  | 'MODEL_NOT_EDITABLE'
  | 'MODEL_NOT_FOUND'
  | 'MODEL_NOT_IN_TEAM'
  | 'MODEL_NOT_PRICED'
  | 'MODEL_NOT_SUBSCRIBED'
  | 'MODEL_NOT_TESTABLE'
  | 'NOTIFICATION_NOT_FOUND'
  | 'NOT_FOUND'
  | 'NOT_TEAM_ADMIN'
  | 'NOT_TEAM_MEMBER'
  | 'NO_ORGANIZATION'
  | 'OAUTH_INVALID_CLIENT'
  | 'OAUTH_INVALID_REQUEST'
  | 'OAUTH_INVALID_SCOPE'
  | 'OAUTH_UNAUTHORIZED_CLIENT'
  | 'OAUTH_UNSUPPORTED_GRANT_TYPE'
  | 'ORGANIZATION_NOT_FOUND'
  | 'OVERLOADED'
  | 'PAYLOAD_TOO_LARGE'
  | 'PROVIDER_KEY_REQUIRED'
  | 'RANGE_INVALID'
  | 'RATE_LIMITED'
  | 'RECOUNT_NOT_FOUND'
  | 'ROLE_ABOVE_OWN'
  | 'SCOPE_ABOVE_OWN'
  | 'SECRET_LIMIT'
  | 'SECRET_NOT_FOUND'
  | 'SELF_APPROVAL'
  | 'SELF_LIMIT'
  | 'SELF_RESET'
  | 'SELF_ROLE'
  | 'SELF_STATUS'
  | 'SERVICE_CLIENT_NOT_FOUND'
  | 'SESSION_NOT_FOUND'
  | 'SIGN_IN_DENIED'
  | 'SIGN_IN_EXPIRED'
  | 'SIGN_IN_FAILED'
  | 'SIGN_IN_UNAVAILABLE'
  | 'SUBSCRIPTION_EXISTS'
  | 'SUBSCRIPTION_NOT_ACTIVE'
  | 'SUBSCRIPTION_NOT_FOUND'
  | 'SUBSCRIPTION_STATE'
  | 'SYNCHRONIZATION_FAILED'
  | 'TEAM_ARCHIVED'
  | 'TEAM_EXISTS'
  | 'TEAM_MEMBER_EXISTS'
  | 'TEAM_MEMBER_NOT_FOUND'
  | 'TEAM_NOT_FOUND'
  | 'TOO_MANY_PEOPLE'
  | 'UNAUTHORIZED'
  | 'UNAVAILABLE'
  | 'UNPROCESSABLE'
  | 'UNSAFE_MARKDOWN'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'UPSTREAM_UNAVAILABLE'
  | 'USER_DEPARTED'
  | 'USER_NOT_FOUND'
  | 'VALIDATION_ERROR'
  | 'VERSION_CONFLICT'
  | 'WEBHOOK_ADDRESS_REFUSED'
  | 'WEBHOOK_DELIVERY_NOT_FOUND'
  | 'WEBHOOK_DELIVERY_STATE'
  | 'WEBHOOK_EXISTS'
  | 'WEBHOOK_LIMIT'
  | 'WEBHOOK_NOT_FOUND'
