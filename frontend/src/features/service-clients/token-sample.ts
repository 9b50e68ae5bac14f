/** How a machine gets its token and calls with it; the secret comes from its environment, never from the command line. */
export const tokenSample = (origin: string, clientId: string): string => `export LITEMAAS_CLIENT_SECRET='…'

TOKEN=$(curl -s ${origin}/api/auth/oauth/token \\
  -u "${clientId}:$LITEMAAS_CLIENT_SECRET" \\
  -d grant_type=client_credentials | jq -r .access_token)

curl -s ${origin}/api/v1/me/permissions -H "Authorization: Bearer $TOKEN"`
