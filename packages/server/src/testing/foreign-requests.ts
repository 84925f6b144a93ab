/** Everything of an organization that has an id, or is one. */
export type Ids = {
  readonly organizationId: string
  readonly keyId: string
  readonly secretId: string
  readonly prefix: string
  readonly projectId: string
  readonly userId: string
  readonly email: string
  readonly invitationId: string
  readonly webhookId: string
  readonly deliveryId: string
  readonly operatorKeyId: string
}

/** Requests that name what is not the caller's. `own` are things of his. */
export const requests: Readonly<Record<string, (ids: Ids, own: Ids) => readonly [string, string, unknown?]>> = {
  'path: key': ({ keyId }) => ['GET', `/v1/api-keys/${keyId}`],
  'path: window of a key': ({ keyId }) => ['GET', `/v1/api-keys/${keyId}/window`],
  'path: key to change': ({ keyId }) => ['PATCH', `/v1/api-keys/${keyId}`, { name: 'x' }],
  'path: key to change wrongly': ({ keyId }) => ['PATCH', `/v1/api-keys/${keyId}`, { name: 7 }],
  'path: key to revoke': ({ keyId }) => ['POST', `/v1/api-keys/${keyId}/revoke`, { reason: 'leaked' }],
  'path: key to rotate': ({ keyId }) => ['POST', `/v1/api-keys/${keyId}/rotate`, {}],
  'path: key to take': ({ keyId }, own) => ['POST', `/v1/api-keys/${keyId}/transfer`, { userId: own.userId }],
  'path: key to delete': ({ keyId }) => ['DELETE', `/v1/api-keys/${keyId}`],
  'path: secret': ({ keyId, secretId }) => ['DELETE', `/v1/api-keys/${keyId}/secrets/${secretId}`],
  'path: secret at his own key': ({ secretId }, own) => ['DELETE', `/v1/api-keys/${own.keyId}/secrets/${secretId}`],
  'path: project': ({ projectId }) => ['GET', `/v1/projects/${projectId}`],
  'path: project to change': ({ projectId }) => ['PATCH', `/v1/projects/${projectId}`, { name: 'x' }],
  'path: project to delete': ({ projectId }) => ['DELETE', `/v1/projects/${projectId}`],
  'path: user': ({ userId }) => ['GET', `/v1/users/${userId}`],
  'path: user to change': ({ userId }) => ['PATCH', `/v1/users/${userId}`, { role: 'member' }],
  'path: user to remove': ({ userId }) => ['DELETE', `/v1/users/${userId}`],
  'path: invitation': ({ invitationId }) => ['DELETE', `/v1/users/invitations/${invitationId}`],
  'path: webhook': ({ webhookId }) => ['GET', `/v1/webhooks/${webhookId}`],
  'path: webhook to change': ({ webhookId }) => ['PATCH', `/v1/webhooks/${webhookId}`, { description: 'x' }],
  'path: webhook to change wrongly': ({ webhookId }) => ['PATCH', `/v1/webhooks/${webhookId}`, { url: 7 }],
  'path: webhook to delete': ({ webhookId }) => ['DELETE', `/v1/webhooks/${webhookId}`],
  'path: webhook to sign otherwise': ({ webhookId }) => ['POST', `/v1/webhooks/${webhookId}/rotate-secret`, {}],
  'path: webhook to test': ({ webhookId }) => ['POST', `/v1/webhooks/${webhookId}/test`],
  'path: deliveries': ({ webhookId }) => ['GET', `/v1/webhooks/${webhookId}/deliveries`],
  'path: delivery': ({ webhookId, deliveryId }) => [
    'POST',
    `/v1/webhooks/${webhookId}/deliveries/${deliveryId}/resend`,
  ],
  'path: delivery at his own webhook': ({ deliveryId }, own) => [
    'POST',
    `/v1/webhooks/${own.webhookId}/deliveries/${deliveryId}/resend`,
  ],
  'query: project': ({ projectId }) => ['GET', `/v1/api-keys?projectId=${projectId}`],
  'query: owner': ({ userId }) => ['GET', `/v1/api-keys?owner=${userId}`],
  'query: name or prefix': ({ prefix }) => ['GET', `/v1/api-keys?q=${prefix}`],
  'query: usage of a key': ({ keyId }) => ['GET', `/v1/usage?keyId=${keyId}`],
  'query: usage of a project': ({ projectId }) => ['GET', `/v1/usage?projectId=${projectId}&bucket=minute`],
  'query: keys of a project that ask the most': ({ projectId }) => ['GET', `/v1/usage/top-keys?projectId=${projectId}`],
  'query: search for a prefix': ({ prefix }) => ['GET', `/v1/search?q=${prefix}`],
  'query: search for an address': ({ email }) => ['GET', `/v1/search?q=${email}`],
  'query: search for a project': ({ projectId }) => ['GET', `/v1/search?q=${projectId}`],
  'query: audited project': ({ projectId }) => ['GET', `/v1/audit-events?projectId=${projectId}`],
  'query: audited key': ({ keyId }) => ['GET', `/v1/audit-events?target=${keyId}`],
  'query: audited member': ({ userId }) => ['GET', `/v1/audit-events?actor=${userId}`],
  'query: heir': ({ userId }, own) => ['DELETE', `/v1/users/${own.userId}?keys=${userId}`],
  'body: project of a mint': ({ projectId }) => [
    'POST',
    '/v1/api-keys',
    { name: 'x', scope: 'project', projectId, permissions: [] },
  ],
  'body: new owner': ({ userId }, own) => ['POST', `/v1/api-keys/${own.keyId}/transfer`, { userId }],
  'body: session': ({ organizationId, userId }) => ['POST', '/v1/sessions', { organizationId, userId }],
  'operator: organization': ({ organizationId }) => ['GET', `/v1/organizations/${organizationId}`],
  'operator: organization to delete': ({ organizationId }) => ['DELETE', `/v1/organizations/${organizationId}`],
  'operator: organization to change': ({ organizationId }) => [
    'PATCH',
    `/v1/organizations/${organizationId}`,
    { name: 'x' },
  ],
  'operator: members': ({ organizationId }) => ['GET', `/v1/organizations/${organizationId}/members`],
  'operator: member to read': ({ organizationId, userId }) => [
    'GET',
    `/v1/organizations/${organizationId}/members/${userId}`,
  ],
  'operator: member to remove': ({ organizationId, userId }) => [
    'DELETE',
    `/v1/organizations/${organizationId}/members/${userId}`,
  ],
  'operator: member': ({ organizationId, userId }) => [
    'PUT',
    `/v1/organizations/${organizationId}/members/${userId}`,
    { role: 'member' },
  ],
  'operator: operator key': ({ operatorKeyId }) => ['POST', `/v1/operator-keys/${operatorKeyId}/revoke`],
}

export const placeholder = '{}'
/** Everything by the same name: a request of these tells what path it is of. */
export const placeholders: Ids = {
  organizationId: placeholder,
  keyId: placeholder,
  secretId: placeholder,
  prefix: placeholder,
  projectId: placeholder,
  userId: placeholder,
  email: placeholder,
  invitationId: placeholder,
  webhookId: placeholder,
  deliveryId: placeholder,
  operatorKeyId: placeholder,
}
