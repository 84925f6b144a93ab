// Made of packages/server/openapi.json by `npm run generate`. Do not edit.
export interface paths {
    "/assets/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the pages load
         * @description Needs no credential.
         */
        get: operations["getAsset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/graphql": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page to ask GraphQL from
         * @description Needs no credential.
         */
        get: operations["getGraphiql"];
        put?: never;
        /**
         * Reading and changing keys by GraphQL
         * @description What is done, may be done and is refused is the same as by the operations of the same names; `extensions.reason` and `extensions.status` say why not. Each field at the root costs one, all of them at once. At most 8 levels of fields, 10 fields at the root, 15 aliases, 10 directives, 1,000 tokens; no batches. Whoever has a credential may ask for the schema. Idempotency-Key is ignored. For any credential.
         */
        post: operations["graphql"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The process is alive
         * @description Needs no credential.
         */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What this node has counted, for Prometheus
         * @description For operator keys.
         */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This document
         * @description Needs no credential.
         */
        get: operations["getOpenApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Verdicts can be given: the authority answers
         * @description Needs no credential.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reference": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The API reference, to read and to try out
         * @description Needs no credential.
         */
        get: operations["getReference"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List keys, newest first
         * @description Permission: api_keys:read. Members always may with the keys that they own, and a key may with itself as far as it goes. Project-scoped credentials: what is of their project only.
         */
        get: operations["listApiKeys"];
        put?: never;
        /**
         * Mint a key
         * @description The plaintext is in this answer and nowhere else. Permission: api_keys:write. Project-scoped credentials: their own project only, else 403 scope_violation.
         */
        post: operations["mintApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One key
         * @description Permission: api_keys:read. Members always may with the keys that they own, and a key may with itself as far as it goes. Project-scoped credentials: what is of their project only.
         */
        get: operations["getApiKey"];
        put?: never;
        post?: never;
        /**
         * Erase a key and everything that is known of it
         * @description Permission: api_keys:write. Members always may with the keys that they own, and a key may with itself as far as it goes. Project-scoped credentials: what is of their project only.
         */
        delete: operations["deleteApiKey"];
        options?: never;
        head?: never;
        /**
         * Change an active key
         * @description Permission: api_keys:write. Project-scoped credentials: what is of their project only.
         */
        patch: operations["updateApiKey"];
        trace?: never;
    };
    "/v1/api-keys/{id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revoke a key, at once and for good
         * @description Permission: api_keys:write. Members always may with the keys that they own, and a key may with itself as far as it goes. Project-scoped credentials: what is of their project only.
         */
        post: operations["revokeApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a key a new secret; the one before works until the overlap ends
         * @description Permission: api_keys:write. Project-scoped credentials: what is of their project only.
         */
        post: operations["rotateApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/{id}/secrets/{secretId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End the older of two secrets early
         * @description The newest is what is left when the overlap ends: rotate the key to replace it, or revoke the key. Permission: api_keys:write. Members always may with the keys that they own, and a key may with itself as far as it goes. Project-scoped credentials: what is of their project only.
         */
        delete: operations["endApiKeySecret"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/{id}/transfer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a key another owner
         * @description Permission: api_keys:write. Project-scoped credentials: what is of their project only.
         */
        post: operations["transferApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/{id}/window": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is left of a key’s limit at this moment
         * @description Looking spends nothing of it. Permission: api_keys:read. Members always may with the keys that they own, and a key may with itself as far as it goes. Project-scoped credentials: what is of their project only.
         */
        get: operations["getApiKeyWindow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/creation-limits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many keys the calling member may still mint
         * @description Counts and nothing else: of a key, those of the member for whom it would mint, even where keys manage no keys. For credentials in an organization.
         */
        get: operations["getCreationLimits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take over keys that another system minted
         * @description By what that stored of them: the shapes and hashes that the contract names in keys.legacy. All that are not here yet are imported, or, where anything is wrong with any of them, none. For operator keys that say in which organization.
         */
        post: operations["importApiKeys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List audit events, newest first
         * @description A page may be short and yet have a nextCursor: read on until it is null. Events about a deleted key are gone; the event of its deletion says which. Where events are kept for a time alone, audit_events.forgotten says up to which sequence they are gone. Permission: audit_events:read. Operators outside any organization are answered of the installation itself. Project-scoped credentials: what is of their project only.
         */
        get: operations["listAuditEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit-events/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Prove the chain of events, or name the first bad one
         * @description Permission: audit_events:read. Operators outside any organization are answered of the installation itself. Project-scoped credentials: 403 scope_violation.
         */
        post: operations["checkAudit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit-events/head": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where the chain of events ends
         * @description Permission: audit_events:read. Operators outside any organization are answered of the installation itself. Project-scoped credentials: 403 scope_violation.
         */
        get: operations["getAuditHead"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/contract": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The contract in force
         * @description What pages and forms for keys are made by: environments, permissions, roles, who may mint what. For operator keys, those that can only verify too, and session tokens.
         */
        get: operations["getContract"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/forward-auth": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Judge the credential of the request itself, for gateways
         * @description Any method will do; a body is never read. For API keys and session tokens: the credential of the request that is guarded.
         */
        get: operations["forwardAuth"];
        /**
         * Judge the credential of the request itself, for gateways
         * @description Any method will do; a body is never read. For API keys and session tokens: the credential of the request that is guarded.
         */
        put: operations["forwardAuthOfPut"];
        /**
         * Judge the credential of the request itself, for gateways
         * @description Any method will do; a body is never read. For API keys and session tokens: the credential of the request that is guarded.
         */
        post: operations["forwardAuthOfPost"];
        /**
         * Judge the credential of the request itself, for gateways
         * @description Any method will do; a body is never read. For API keys and session tokens: the credential of the request that is guarded.
         */
        delete: operations["forwardAuthOfDelete"];
        /**
         * Judge the credential of the request itself, for gateways
         * @description Any method will do; a body is never read. For API keys and session tokens: the credential of the request that is guarded.
         */
        options: operations["forwardAuthOfOptions"];
        /**
         * Judge the credential of the request itself, for gateways
         * @description Any method will do; a body is never read. For API keys and session tokens: the credential of the request that is guarded.
         */
        head: operations["forwardAuthOfHead"];
        /**
         * Judge the credential of the request itself, for gateways
         * @description Any method will do; a body is never read. For API keys and session tokens: the credential of the request that is guarded.
         */
        patch: operations["forwardAuthOfPatch"];
        /**
         * Judge the credential of the request itself, for gateways
         * @description Any method will do; a body is never read. For API keys and session tokens: the credential of the request that is guarded.
         */
        trace: operations["forwardAuthOfTrace"];
    };
    "/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who the credential is, and what it may do now
         * @description For any credential.
         */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operator-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List operator keys, newest first
         * @description For operator keys.
         */
        get: operations["listOperatorKeys"];
        put?: never;
        /**
         * Mint an operator key
         * @description For operator keys.
         */
        post: operations["createOperatorKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operator-keys/{id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revoke an operator key, at once and for good
         * @description For operator keys.
         */
        post: operations["revokeOperatorKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/organization": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The organization of the caller
         * @description Permission: organization:read.
         */
        get: operations["getOwnOrganization"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Rename the organization of the caller
         * @description Permission: organization:write. Project-scoped credentials: 403 scope_violation.
         */
        patch: operations["updateOwnOrganization"];
        trace?: never;
    };
    "/v1/organizations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List organizations, newest first
         * @description For operator keys.
         */
        get: operations["listOrganizations"];
        put?: never;
        /**
         * Create an organization
         * @description For operator keys.
         */
        post: operations["createOrganization"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/organizations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One organization
         * @description For operator keys.
         */
        get: operations["getOrganization"];
        put?: never;
        post?: never;
        /**
         * Erase an organization and everything of it
         * @description For operator keys.
         */
        delete: operations["deleteOrganization"];
        options?: never;
        head?: never;
        /**
         * Rename, move to a tier, suspend or resume, set its own limit
         * @description For operator keys.
         */
        patch: operations["updateOrganization"];
        trace?: never;
    };
    "/v1/organizations/{id}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the members of an organization, newest first
         * @description For operator keys.
         */
        get: operations["listMembers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/organizations/{id}/members/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One member
         * @description For operator keys.
         */
        get: operations["getMember"];
        /**
         * Make a member, or make him as said
         * @description What is left out of an existing member stays as it is. Nobody is called invite, invitations, organization or revoke. For operator keys.
         */
        put: operations["syncMember"];
        post?: never;
        /**
         * Remove a member and say what becomes of his keys
         * @description For operator keys.
         */
        delete: operations["removeMember"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/projects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List projects, newest first
         * @description Permission: projects:read. Project-scoped credentials: what is of their project only.
         */
        get: operations["listProjects"];
        put?: never;
        /**
         * Create a project
         * @description Permission: projects:write. Project-scoped credentials: 403 scope_violation.
         */
        post: operations["createProject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/projects/{projectId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One project
         * @description Permission: projects:read. Project-scoped credentials: their own project only, else 403 scope_violation.
         */
        get: operations["getProject"];
        put?: never;
        post?: never;
        /**
         * Delete a project and revoke its keys
         * @description A key deletes no project that has keys of another environment than its own. Permission: projects:delete. Project-scoped credentials: their own project only, else 403 scope_violation.
         */
        delete: operations["deleteProject"];
        options?: never;
        head?: never;
        /**
         * Rename a project
         * @description Permission: projects:write. Project-scoped credentials: their own project only, else 403 scope_violation.
         */
        patch: operations["updateProject"];
        trace?: never;
    };
    "/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find keys, projects and users by name, shown prefix, address or id
         * @description Each type only with its read permission, filtered as its list is; 20 of each at most. For an operator outside any organization: keys of all of them by exactly what is shown, and organizations by id. Operators outside any organization are answered of the installation itself. Project-scoped credentials: what is of their project only.
         */
        get: operations["search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mint a session token for a member
         * @description For operator keys.
         */
        post: operations["createSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/current": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End the session that calls
         * @description For session tokens.
         */
        delete: operations["endCurrentSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What keys were used for: accepted, and refused by reason
         * @description Of one key, a project, or the whole organization, at most 5 s behind. Buckets are UTC; those in which nothing was asked are left out. A key sees its own environment. Usage is kept for 7 days by minute, 90 days by hour, and as long as configured by day (400 days); a deleted key takes its usage along. Permission: usage:read. Project-scoped credentials: what is of their project only.
         */
        get: operations["getUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/usage/top-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The keys that asked the most, accepted or not
         * @description Of the keys that the caller may see: those that he owns where he has not api_keys:read. Permission: usage:read. Project-scoped credentials: what is of their project only.
         */
        get: operations["listTopKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List members, newest first
         * @description Permission: users:read. Project-scoped credentials: 403 scope_violation.
         */
        get: operations["listUsers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One member
         * @description Permission: users:read. Project-scoped credentials: 403 scope_violation.
         */
        get: operations["getUser"];
        put?: never;
        post?: never;
        /**
         * Remove a member and say what becomes of his keys
         * @description The last active administrator stays. A key removes nobody whose keys are of another environment than its own. Permission: users:write. Project-scoped credentials: 403 scope_violation.
         */
        delete: operations["removeUser"];
        options?: never;
        head?: never;
        /**
         * Give a member another role, suspend or resume him
         * @description In force at the next request, on every node. The last active administrator stays one. Permission: users:write. Project-scoped credentials: 403 scope_violation.
         */
        patch: operations["updateUser"];
        trace?: never;
    };
    "/v1/users/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List open invitations, newest first
         * @description Permission: users:read. Project-scoped credentials: 403 scope_violation.
         */
        get: operations["listInvitations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/invitations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take an invitation back
         * @description Permission: users:invite. Project-scoped credentials: 403 scope_violation.
         */
        delete: operations["withdrawInvitation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/invitations/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept an invitation, by whoever is signed in
         * @description For session tokens.
         */
        post: operations["acceptInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/invite": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Invite a person; the invitation is good once, for seven days
         * @description Permission: users:invite. Project-scoped credentials: 403 scope_violation.
         */
        post: operations["inviteUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Judge a credential
         * @description Always 200 when the call itself is right: whether the credential is accepted is in the body. For operator keys, those that can do nothing else too.
         */
        post: operations["verify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/verify/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Judge up to 100 credentials, each by itself
         * @description A mistake in any request refuses the whole batch before anything is spent. For operator keys, those that can do nothing else too.
         */
        post: operations["verifyBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List webhooks, newest first
         * @description Permission: webhooks:read. Project-scoped credentials: 403 scope_violation.
         */
        get: operations["listWebhooks"];
        put?: never;
        /**
         * Have events sent to an address
         * @description Each event is one POST as Standard Webhooks 1.0 describes it: `{"type","timestamp","data"}`, signed with the secret in this answer. What nobody answers with 2xx is sent again, under the same `webhook-id`, for three days. One that a key makes, or gives another address or other events, hears of the keys of that key’s environment alone. Permission: webhooks:write. Project-scoped credentials: 403 scope_violation.
         */
        post: operations["createWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One webhook
         * @description Permission: webhooks:read. Project-scoped credentials: 403 scope_violation.
         */
        get: operations["getWebhook"];
        put?: never;
        post?: never;
        /**
         * Delete a webhook and its deliveries
         * @description Permission: webhooks:write. Project-scoped credentials: 403 scope_violation.
         */
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        /**
         * Change a webhook, switch it off or on
         * @description What was on its way when it was switched off waits; what happens meanwhile is not sent to it. Permission: webhooks:write. Project-scoped credentials: 403 scope_violation.
         */
        patch: operations["updateWebhook"];
        trace?: never;
    };
    "/v1/webhooks/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was sent to a webhook, newest first, and what became of it
         * @description Permission: webhooks:read. Project-scoped credentials: 403 scope_violation.
         */
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/deliveries/{deliveryId}/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send an event once more, under the same id
         * @description Permission: webhooks:write. Project-scoped credentials: 403 scope_violation.
         */
        post: operations["resendDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a webhook a new secret; until the overlap ends, both sign
         * @description Permission: webhooks:write. Project-scoped credentials: 403 scope_violation.
         */
        post: operations["rotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a webhook.test event
         * @description Permission: webhooks:write. Project-scoped credentials: 403 scope_violation.
         */
        post: operations["testWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AcceptedMember: {
            /**
             * Format: date-time
             * @example 2026-11-21T10:00:00.000Z
             */
            createdAt: string;
            email: string | null;
            id: string;
            lastSeenAt: string | null;
            name: string | null;
            organizationId: string;
            role: string;
            /** @enum {string} */
            status: "active" | "suspended";
        };
        ApiKey: {
            /**
             * Format: date-time
             * @example 2026-11-21T10:00:00.000Z
             */
            createdAt: string;
            createdByUserId: string | null;
            /** @enum {string} */
            environment: "live" | "test";
            expiresAt: string | null;
            id: string;
            ipAllowlist: string[] | null;
            lastUsedAgent: string | null;
            lastUsedAt: string | null;
            lastUsedIp: string | null;
            metadata: {
                [key: string]: string;
            };
            name: string;
            owner: {
                /** @constant */
                type: "member";
                userId: string;
            } | {
                role: string;
                /** @constant */
                type: "organization";
            };
            permissions: string[] | null;
            /** @description The prefix and first characters of the newest live secret. */
            prefix: string;
            projectId: string | null;
            rateLimit: {
                limit: number;
                windowSeconds: number;
            } | null;
            revokedAt: string | null;
            revokedBy: {
                id: string;
                /** @enum {string} */
                type: "member" | "key" | "operator" | "host" | "system";
            } | null;
            revokedReason: ("unspecified" | "leaked" | "superseded" | "unused" | "owner_removed" | "project_deleted") | null;
            /** @enum {string} */
            scope: "organization" | "project";
            /** @description The one or two that are live, oldest first. */
            secrets: {
                /**
                 * Format: date-time
                 * @example 2026-11-21T10:00:00.000Z
                 */
                createdAt: string;
                expiresAt: string | null;
                id: string;
                lastUsedAgent: string | null;
                lastUsedAt: string | null;
                lastUsedIp: string | null;
                /** @description What may be shown of it. */
                prefix: string;
            }[];
            /** @enum {string} */
            status: "active" | "revoked" | "expired";
        };
        ApiKeyWindow: {
            limit: number;
            remaining: number;
            /** @description Until the window is empty again. */
            resetSeconds: number;
            windowSeconds: number;
        };
        AuditCheck: {
            checked: number;
            /** @constant */
            whole: true;
        } | {
            /** @enum {string} */
            fault: "missing_event" | "digest_altered" | "undeclared_erasure" | "undeclared_rewriting" | "columns_altered" | "head_mismatch";
            message: string;
            /** @description Of the first bad event. */
            sequence: number;
            /** @constant */
            whole: false;
        };
        AuditEvent: {
            /** @example api_key.revoked */
            action: string;
            actor: {
                /** @description For host and system the word itself. */
                id: string;
                ownerUserId?: string | null;
                /** @enum {string} */
                type: "member" | "key" | "operator" | "host" | "system";
            };
            /**
             * Format: date-time
             * @example 2026-11-21T10:00:00.000Z
             */
            at: string;
            /** @description Of a change: each field with before and after. Of what was made: its fields. Never a secret. */
            changes: {
                [key: string]: unknown;
            };
            id: string;
            ip: string | null;
            projectId: string | null;
            requestId: string;
            sequence: number;
            target: {
                id: string;
                type: string;
            };
            via: {
                id: string;
                /** @constant */
                type: "operator";
            } | null;
        };
        /** @description Where the chain ends: keep it elsewhere, and check against it later. */
        AuditHead: {
            digest: string;
            sequence: number;
        };
        Contract: {
            aliases: {
                [key: string]: string[];
            };
            defaultTier: string;
            /** @enum {string} */
            errors: "problem" | "reason" | "error" | "envelope";
            headers: ("authorization" | "x-api-key")[];
            keys: {
                checksum: number;
                formerPrefixes: string[];
                legacy: {
                    hash: string;
                    pattern: string;
                }[];
                length: number;
                prefixes: {
                    live: string;
                    test: string | null;
                };
                shown: number;
            };
            messages: {
                [key: string]: string;
            };
            minting: {
                activePerMember: number;
                keysManageKeys: boolean;
                maxLifetimeDays: number | null;
                organization: string[];
                perMemberPerDay: number;
                project: string[];
                revokedCountAsActive: boolean;
            };
            name: string;
            neverByKey: string[];
            permissions: string[];
            roles: {
                [key: string]: string[];
            };
            tiers: {
                [key: string]: {
                    limit: number;
                    windowSeconds: number;
                };
            };
            ui: {
                accent: string;
                keysPath: string;
                keysTitle: string;
                logo: string | null;
                product: string;
            };
        };
        CreationLimits: {
            activeKeys: number;
            limit: number;
            maxActiveKeys: number;
            remaining: number;
            resetAt: string | null;
        };
        Delivery: {
            /**
             * Format: date-time
             * @example 2026-11-21T10:00:00.000Z
             */
            at: string;
            /** @description Attempts made. */
            attempt: number;
            error: string | null;
            /** @description The `webhook-id`, the same in every attempt. */
            eventId: string;
            id: string;
            nextAttemptAt: string | null;
            requestBody: string | null;
            responseBody: string | null;
            responseStatus: number | null;
            /** @enum {string} */
            status: "pending" | "delivered" | "failed";
            type: string;
        };
        GraphqlAnswer: {
            data: {
                [key: string]: unknown;
            };
            errors?: {
                extensions: {
                    errors?: {
                        message: string;
                        path: string;
                    }[];
                    /** @enum {string} */
                    reason: "invalid_request" | "ambiguous_credentials" | "missing_key" | "invalid_key" | "key_revoked" | "key_expired" | "session_expired" | "forbidden" | "scope_violation" | "ip_not_allowed" | "organization_suspended" | "owner_suspended" | "step_up_required" | "not_found" | "method_not_allowed" | "conflict" | "idempotency_mismatch" | "active_key_limit" | "payload_too_large" | "unsupported_media_type" | "headers_too_large" | "rate_limit" | "creation_limit" | "internal" | "unavailable";
                    requestId?: string;
                    /**
                     * Format: date-time
                     * @example 2026-11-21T10:00:00.000Z
                     */
                    resetAt?: string;
                    retryAfterSeconds?: number;
                    /** @description The status that the same refusal has over HTTP. */
                    status: number;
                    title: string;
                };
                locations?: {
                    column: number;
                    line: number;
                }[];
                message: string;
                path?: (string | number)[];
            }[];
        };
        GraphqlRefusal: {
            errors: {
                extensions: {
                    errors?: {
                        message: string;
                        path: string;
                    }[];
                    /** @enum {string} */
                    reason: "invalid_request" | "ambiguous_credentials" | "missing_key" | "invalid_key" | "key_revoked" | "key_expired" | "session_expired" | "forbidden" | "scope_violation" | "ip_not_allowed" | "organization_suspended" | "owner_suspended" | "step_up_required" | "not_found" | "method_not_allowed" | "conflict" | "idempotency_mismatch" | "active_key_limit" | "payload_too_large" | "unsupported_media_type" | "headers_too_large" | "rate_limit" | "creation_limit" | "internal" | "unavailable";
                    requestId?: string;
                    /**
                     * Format: date-time
                     * @example 2026-11-21T10:00:00.000Z
                     */
                    resetAt?: string;
                    retryAfterSeconds?: number;
                    /** @description The status that the same refusal has over HTTP. */
                    status: number;
                    title: string;
                };
                locations?: {
                    column: number;
                    line: number;
                }[];
                message: string;
                path?: (string | number)[];
            }[];
        };
        Invitation: {
            email: string;
            /**
             * Format: date-time
             * @example 2026-11-21T10:00:00.000Z
             */
            expiresAt: string;
            id: string;
            role: string;
        };
        Invited: {
            email: string;
            /**
             * Format: date-time
             * @example 2026-11-21T10:00:00.000Z
             */
            expiresAt: string;
            id: string;
            role: string;
            token?: string | null;
        };
        Me: {
            apiKeyId: string;
            createdByUserId: string | null;
            effectivePermissions: string[];
            /** @enum {string} */
            environment: "live" | "test";
            expiresAt: string | null;
            keyName: string;
            keyPrefix: string;
            lastUsedAt: string | null;
            organizationId: string;
            permissions: string[] | null;
            rateLimit: {
                limit: number;
                remaining: number;
                windowSeconds: number;
            };
            role: string;
            /** @enum {string} */
            scope: "organization" | "project";
            scopedProjectId: string | null;
        } | {
            effectivePermissions: string[];
            expiresAt: string | null;
            organizationId: string;
            role: string;
            userId: string;
        } | {
            keyName: string;
            operatorKeyId: string;
            /** @constant */
            scope: "installation";
        };
        Member: {
            /**
             * Format: date-time
             * @example 2026-11-21T10:00:00.000Z
             */
            createdAt: string;
            email: string | null;
            id: string;
            lastSeenAt: string | null;
            name: string | null;
            role: string;
            /** @enum {string} */
            status: "active" | "suspended";
        };
        MintedApiKey: {
            /**
             * Format: date-time
             * @example 2026-11-21T10:00:00.000Z
             */
            createdAt: string;
            createdByUserId: string | null;
            /** @enum {string} */
            environment: "live" | "test";
            expiresAt: string | null;
            id: string;
            ipAllowlist: string[] | null;
            key: string | null;
            lastUsedAgent: string | null;
            lastUsedAt: string | null;
            lastUsedIp: string | null;
            metadata: {
                [key: string]: string;
            };
            name: string;
            owner: {
                /** @constant */
                type: "member";
                userId: string;
            } | {
                role: string;
                /** @constant */
                type: "organization";
            };
            permissions: string[] | null;
            /** @description The prefix and first characters of the newest live secret. */
            prefix: string;
            projectId: string | null;
            rateLimit: {
                limit: number;
                windowSeconds: number;
            } | null;
            revokedAt: string | null;
            revokedBy: {
                id: string;
                /** @enum {string} */
                type: "member" | "key" | "operator" | "host" | "system";
            } | null;
            revokedReason: ("unspecified" | "leaked" | "superseded" | "unused" | "owner_removed" | "project_deleted") | null;
            /** @enum {string} */
            scope: "organization" | "project";
            /** @description The one or two that are live, oldest first. */
            secrets: {
                /**
                 * Format: date-time
                 * @example 2026-11-21T10:00:00.000Z
                 */
                createdAt: string;
                expiresAt: string | null;
                id: string;
                lastUsedAgent: string | null;
                lastUsedAt: string | null;
                lastUsedIp: string | null;
                /** @description What may be shown of it. */
                prefix: string;
            }[];
            /** @enum {string} */
            status: "active" | "revoked" | "expired";
        };
        MintedOperatorKey: {
            /**
             * Format: date-time
             * @example 2026-11-21T10:00:00.000Z
             */
            createdAt: string;
            id: string;
            key: string | null;
            lastUsedAt: string | null;
            name: string;
            only: "verify" | null;
            prefix: string;
            revokedAt: string | null;
            /** @enum {string} */
            status: "active" | "revoked" | "expired";
        };
        OperatorKey: {
            /**
             * Format: date-time
             * @example 2026-11-21T10:00:00.000Z
             */
            createdAt: string;
            id: string;
            lastUsedAt: string | null;
            name: string;
            only: "verify" | null;
            prefix: string;
            revokedAt: string | null;
            /** @enum {string} */
            status: "active" | "revoked" | "expired";
        };
        Organization: {
            /**
             * Format: date-time
             * @example 2026-11-21T10:00:00.000Z
             */
            createdAt: string;
            id: string;
            name: string;
            rateLimit: {
                limit: number;
                windowSeconds: number;
            } | null;
            /** @enum {string} */
            status: "active" | "suspended";
            tier: string;
        };
        Problem: {
            errors?: {
                message: string;
                path: string;
            }[];
            message: string;
            /** @enum {string} */
            reason: "invalid_request" | "ambiguous_credentials" | "missing_key" | "invalid_key" | "key_revoked" | "key_expired" | "session_expired" | "forbidden" | "scope_violation" | "ip_not_allowed" | "organization_suspended" | "owner_suspended" | "step_up_required" | "not_found" | "method_not_allowed" | "conflict" | "idempotency_mismatch" | "active_key_limit" | "payload_too_large" | "unsupported_media_type" | "headers_too_large" | "rate_limit" | "creation_limit" | "internal" | "unavailable";
            requestId: string;
            /**
             * Format: date-time
             * @example 2026-11-21T10:00:00.000Z
             */
            resetAt?: string;
            status: number;
            title: string;
            type: string;
        };
        Project: {
            archivedAt: string | null;
            /**
             * Format: date-time
             * @example 2026-11-21T10:00:00.000Z
             */
            createdAt: string;
            id: string;
            name: string;
        };
        Session: {
            /**
             * Format: date-time
             * @example 2026-11-21T10:00:00.000Z
             */
            expiresAt: string;
            token: string | null;
        };
        TopKeys: {
            data: {
                accepted: number;
                keyId: string;
                name: string;
                /** @description By reason; those that did not occur are left out. */
                refused: {
                    [key: string]: number;
                };
            }[];
        };
        Usage: {
            data: {
                accepted: number;
                /**
                 * Format: date-time
                 * @example 2026-11-21T10:00:00.000Z
                 */
                at: string;
                /** @description By reason; those that did not occur are left out. */
                refused: {
                    [key: string]: number;
                };
            }[];
            totals: {
                accepted: number;
                /** @description By reason; those that did not occur are left out. */
                refused: {
                    [key: string]: number;
                };
            };
        };
        Verdict: {
            key: {
                createdByUserId: string | null;
                effectivePermissions: string[];
                /** @enum {string} */
                environment: "live" | "test";
                expiresAt: string | null;
                id: string;
                metadata: {
                    [key: string]: string;
                };
                name: string;
                organizationId: string;
                permissions: string[] | null;
                prefix: string;
                projectId: string | null;
                role: string;
                /** @enum {string} */
                scope: "organization" | "project";
                secretId: string;
            } | null;
            message: string | null;
            rateLimit: {
                limit: number;
                remaining: number;
                resetSeconds: number;
                retryAfterSeconds: number;
                windowSeconds: number;
            } | null;
            reason: ("invalid_request" | "ambiguous_credentials" | "missing_key" | "invalid_key" | "key_revoked" | "key_expired" | "session_expired" | "forbidden" | "scope_violation" | "ip_not_allowed" | "organization_suspended" | "owner_suspended" | "step_up_required" | "not_found" | "method_not_allowed" | "conflict" | "idempotency_mismatch" | "active_key_limit" | "payload_too_large" | "unsupported_media_type" | "headers_too_large" | "rate_limit" | "creation_limit" | "internal" | "unavailable") | null;
            session: {
                effectivePermissions: string[];
                /**
                 * Format: date-time
                 * @example 2026-11-21T10:00:00.000Z
                 */
                expiresAt: string;
                organizationId: string;
                role: string;
                userId: string;
            } | null;
            /** @description 200, or what to answer: 401, 403, 429; in a batch also 400. */
            status: number;
            valid: boolean;
        };
        VerifyRequest: {
            clientIp?: string;
            /** @default 1 */
            cost?: number;
            /** @enum {string} */
            environment?: "live" | "test";
            /** @description An API key or a session token, exactly as it was presented. */
            key: string;
            organizationWide?: boolean;
            permission?: string | {
                all: string[];
            } | {
                any: string[];
            };
            projectId?: string;
            roles?: string[];
        };
        Webhook: {
            /**
             * Format: date-time
             * @example 2026-11-21T10:00:00.000Z
             */
            createdAt: string;
            description: string | null;
            disabledReason: ("requested" | "gone" | "failing") | null;
            events: string[];
            id: string;
            /** @enum {string} */
            status: "enabled" | "disabled";
            url: string;
        };
        WebhookWithSecret: {
            /**
             * Format: date-time
             * @example 2026-11-21T10:00:00.000Z
             */
            createdAt: string;
            description: string | null;
            disabledReason: ("requested" | "gone" | "failing") | null;
            events: string[];
            id: string;
            secret: string | null;
            /** @enum {string} */
            status: "enabled" | "disabled";
            url: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getAsset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The name of an asset.
                 * @example reference-start.js
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A script or a style sheet. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/css": string;
                    "text/javascript": string;
                };
            };
        };
    };
    getGraphiql: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. It loads nothing from anywhere else. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
        };
    };
    graphql: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "query": "query ($limit: Int) { apiKeys(limit: $limit) { data { id name status } } }",
                 *       "variables": {
                 *         "limit": 10
                 *       }
                 *     }
                 */
                "application/json": {
                    extensions?: {
                        [key: string]: unknown;
                    } | null;
                    operationName?: string | null;
                    /** @example { apiKeyRateLimit { remaining limit resetAt } } */
                    query: string;
                    variables?: {
                        [key: string]: unknown;
                    } | null;
                };
            };
        };
        responses: {
            /** @description What was done, and what was refused field by field. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/graphql-response+json": components["schemas"]["GraphqlAnswer"];
                    "application/json": components["schemas"]["GraphqlAnswer"];
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Alive. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "ok";
                    };
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
        };
    };
    getOpenApi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.1. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ready. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        dependencies: {
                            detail: string | null;
                            name: string;
                            /** @enum {string} */
                            status: "ok" | "degraded" | "unavailable";
                        }[];
                        ready: boolean;
                        warnings: string[];
                    };
                };
            };
        };
    };
    getReference: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. It loads nothing from anywhere else. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
        };
    };
    listApiKeys: {
        parameters: {
            query?: {
                /** @description The nextCursor of the page before. */
                cursor?: string;
                /** @description environment */
                environment?: "live" | "test";
                /** @description expiresBefore */
                expiresBefore?: string;
                /**
                 * @description limit
                 * @example 10
                 */
                limit?: number;
                /** @description Whether it has no end. */
                neverExpires?: boolean;
                /** @description Whether none of its secrets was ever used. */
                neverUsed?: boolean;
                /** @description Of a user; or organization: the keys that no member owns. */
                owner?: string;
                /** @description projectId */
                projectId?: string;
                /**
                 * @description Part of the name, or beginning of a shown prefix.
                 * @example deploy
                 */
                q?: string;
                /**
                 * @description status
                 * @example active
                 */
                status?: "active" | "revoked" | "expired" | "all";
                /** @description unusedSince */
                unusedSince?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["ApiKey"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    mintApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Nightly deploy",
                 *       "scope": "project",
                 *       "projectId": "web",
                 *       "permissions": [
                 *         "projects:read"
                 *       ],
                 *       "expiresAt": "2099-12-31T00:00:00.000Z",
                 *       "metadata": {
                 *         "team": "platform"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @enum {string} */
                    environment?: "live" | "test";
                    expiresAt?: string | null;
                    ipAllowlist?: string[] | null;
                    metadata?: {
                        [key: string]: string;
                    };
                    name: string;
                    /** @enum {string} */
                    owner?: "member" | "organization";
                    permissions?: string[] | null;
                    projectId?: string;
                    rateLimit?: {
                        limit: number;
                        windowSeconds: number;
                    } | null;
                    role?: string;
                    /** @enum {string} */
                    scope?: "organization" | "project";
                };
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MintedApiKey"];
                };
            };
        };
    };
    getApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the resource. What cannot be one is not found.
                 * @example key_4vTzJ9xWkR2mQ8cY6nHs3B
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
        };
    };
    deleteApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the resource. What cannot be one is not found.
                 * @example key_4vTzJ9xWkR2mQ8cY6nHs3B
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the resource. What cannot be one is not found.
                 * @example key_4vTzJ9xWkR2mQ8cY6nHs3B
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "name": "Weekly deploy",
                 *       "ipAllowlist": [
                 *         "192.0.2.0/24"
                 *       ]
                 *     }
                 */
                "application/json": {
                    expiresAt?: string | null;
                    ipAllowlist?: string[] | null;
                    metadata?: {
                        [key: string]: string;
                    };
                    name?: string;
                    permissions?: string[] | null;
                    rateLimit?: {
                        limit: number;
                        windowSeconds: number;
                    } | null;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
        };
    };
    revokeApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the resource. What cannot be one is not found.
                 * @example key_4vTzJ9xWkR2mQ8cY6nHs3B
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "leaked",
                 *       "comment": "It was in a screenshot."
                 *     }
                 */
                "application/json": {
                    comment?: string;
                    /** @enum {string} */
                    reason?: "unspecified" | "leaked" | "superseded" | "unused";
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
        };
    };
    rotateApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the resource. What cannot be one is not found.
                 * @example key_4vTzJ9xWkR2mQ8cY6nHs3B
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "overlapSeconds": 3600
                 *     }
                 */
                "application/json": {
                    /** @default 86400 */
                    overlapSeconds?: number;
                };
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MintedApiKey"];
                };
            };
        };
    };
    endApiKeySecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the resource. What cannot be one is not found.
                 * @example key_4vTzJ9xWkR2mQ8cY6nHs3B
                 */
                id: string;
                /**
                 * @description The id of one of the secrets.
                 * @example sec_7bNfL2pXqV5tD9wGzK4jRm
                 */
                secretId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    transferApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the resource. What cannot be one is not found.
                 * @example key_4vTzJ9xWkR2mQ8cY6nHs3B
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "userId": "grace"
                 *     }
                 */
                "application/json": {
                    userId: string;
                } | {
                    /** @constant */
                    owner: "organization";
                    role: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
        };
    };
    getApiKeyWindow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the resource. What cannot be one is not found.
                 * @example key_4vTzJ9xWkR2mQ8cY6nHs3B
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyWindow"];
                };
            };
        };
    };
    getCreationLimits: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreationLimits"];
                };
            };
        };
    };
    importApiKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "keys": [
                 *         {
                 *           "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                 *           "hashedAs": "sha256-hex",
                 *           "prefix": "old_1a2b",
                 *           "name": "Brought over",
                 *           "owner": "organization",
                 *           "role": "engineer"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": {
                    keys: {
                        /** @enum {string} */
                        environment?: "live" | "test";
                        expiresAt?: string | null;
                        /** @description What the other system stored of the key. */
                        hash: string;
                        /** @enum {string} */
                        hashedAs: "sha256-hex" | "sha256-base64" | "sha256-base64url" | "sha256-hex-of-long-token";
                        ipAllowlist?: string[] | null;
                        metadata?: {
                            [key: string]: string;
                        };
                        name: string;
                        /** @constant */
                        owner?: "organization";
                        permissions?: string[] | null;
                        /** @description What may be shown of the key: its beginning. Of one whose long token was hashed: all before the last _. */
                        prefix: string;
                        projectId?: string;
                        rateLimit?: {
                            limit: number;
                            windowSeconds: number;
                        } | null;
                        role?: string;
                        /** @enum {string} */
                        scope?: "organization" | "project";
                        userId?: string;
                    }[];
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        results: {
                            id: string | null;
                            message: string | null;
                            /** @enum {string} */
                            outcome: "imported" | "duplicate";
                        }[];
                    };
                };
            };
        };
    };
    listAuditEvents: {
        parameters: {
            query?: {
                /**
                 * @description action
                 * @example api_key.created
                 */
                action?: string;
                /** @description The id of who did it. */
                actor?: string;
                /** @description The nextCursor of the page before. */
                cursor?: string;
                /** @description from */
                from?: string;
                /**
                 * @description limit
                 * @example 10
                 */
                limit?: number;
                /** @description projectId */
                projectId?: string;
                /** @description The id of what it was done to. */
                target?: string;
                /** @description This instant is not in it. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["AuditEvent"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    checkAudit: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "from": 1
                 *     }
                 */
                "application/json": {
                    /** @description The first event to look at. Those before are taken at their word. */
                    from?: number;
                    /** @description A head of before, which the chain must pass through: of an event that is still kept. */
                    head?: {
                        digest: string;
                        sequence: number;
                    };
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditCheck"];
                };
            };
        };
    };
    getAuditHead: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditHead"];
                };
            };
        };
    };
    getContract: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Contract"];
                };
            };
        };
    };
    forwardAuth: {
        parameters: {
            query?: {
                /**
                 * @description environment
                 * @example live
                 */
                environment?: "live" | "test";
                /** @description organizationWide */
                organizationWide?: "true" | "false";
                /**
                 * @description All of these are demanded. Several are joined by commas.
                 * @example projects:read
                 */
                permission?: string;
                /** @description projectId */
                projectId?: string;
                /** @description One of these is demanded. Several are joined by commas. */
                roles?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted: whose it is, in headers that are always there. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    forwardAuthOfPut: {
        parameters: {
            query?: {
                /**
                 * @description environment
                 * @example live
                 */
                environment?: "live" | "test";
                /** @description organizationWide */
                organizationWide?: "true" | "false";
                /**
                 * @description All of these are demanded. Several are joined by commas.
                 * @example projects:read
                 */
                permission?: string;
                /** @description projectId */
                projectId?: string;
                /** @description One of these is demanded. Several are joined by commas. */
                roles?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted: whose it is, in headers that are always there. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    forwardAuthOfPost: {
        parameters: {
            query?: {
                /**
                 * @description environment
                 * @example live
                 */
                environment?: "live" | "test";
                /** @description organizationWide */
                organizationWide?: "true" | "false";
                /**
                 * @description All of these are demanded. Several are joined by commas.
                 * @example projects:read
                 */
                permission?: string;
                /** @description projectId */
                projectId?: string;
                /** @description One of these is demanded. Several are joined by commas. */
                roles?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted: whose it is, in headers that are always there. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    forwardAuthOfDelete: {
        parameters: {
            query?: {
                /**
                 * @description environment
                 * @example live
                 */
                environment?: "live" | "test";
                /** @description organizationWide */
                organizationWide?: "true" | "false";
                /**
                 * @description All of these are demanded. Several are joined by commas.
                 * @example projects:read
                 */
                permission?: string;
                /** @description projectId */
                projectId?: string;
                /** @description One of these is demanded. Several are joined by commas. */
                roles?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted: whose it is, in headers that are always there. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    forwardAuthOfOptions: {
        parameters: {
            query?: {
                /**
                 * @description environment
                 * @example live
                 */
                environment?: "live" | "test";
                /** @description organizationWide */
                organizationWide?: "true" | "false";
                /**
                 * @description All of these are demanded. Several are joined by commas.
                 * @example projects:read
                 */
                permission?: string;
                /** @description projectId */
                projectId?: string;
                /** @description One of these is demanded. Several are joined by commas. */
                roles?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted: whose it is, in headers that are always there. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    forwardAuthOfHead: {
        parameters: {
            query?: {
                /**
                 * @description environment
                 * @example live
                 */
                environment?: "live" | "test";
                /** @description organizationWide */
                organizationWide?: "true" | "false";
                /**
                 * @description All of these are demanded. Several are joined by commas.
                 * @example projects:read
                 */
                permission?: string;
                /** @description projectId */
                projectId?: string;
                /** @description One of these is demanded. Several are joined by commas. */
                roles?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted: whose it is, in headers that are always there. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    forwardAuthOfPatch: {
        parameters: {
            query?: {
                /**
                 * @description environment
                 * @example live
                 */
                environment?: "live" | "test";
                /** @description organizationWide */
                organizationWide?: "true" | "false";
                /**
                 * @description All of these are demanded. Several are joined by commas.
                 * @example projects:read
                 */
                permission?: string;
                /** @description projectId */
                projectId?: string;
                /** @description One of these is demanded. Several are joined by commas. */
                roles?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted: whose it is, in headers that are always there. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    forwardAuthOfTrace: {
        parameters: {
            query?: {
                /**
                 * @description environment
                 * @example live
                 */
                environment?: "live" | "test";
                /** @description organizationWide */
                organizationWide?: "true" | "false";
                /**
                 * @description All of these are demanded. Several are joined by commas.
                 * @example projects:read
                 */
                permission?: string;
                /** @description projectId */
                projectId?: string;
                /** @description One of these is demanded. Several are joined by commas. */
                roles?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted: whose it is, in headers that are always there. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
        };
    };
    listOperatorKeys: {
        parameters: {
            query?: {
                /** @description The nextCursor of the page before. */
                cursor?: string;
                /**
                 * @description limit
                 * @example 10
                 */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["OperatorKey"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    createOperatorKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "gateway",
                 *       "only": "verify"
                 *     }
                 */
                "application/json": {
                    name: string;
                    only?: "verify" | null;
                };
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MintedOperatorKey"];
                };
            };
        };
    };
    revokeOperatorKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the resource. What cannot be one is not found.
                 * @example key_8sMcY3hVnP6kT2xJqW9dLz
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example {} */
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperatorKey"];
                };
            };
        };
    };
    getOwnOrganization: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Organization"];
                };
            };
        };
    };
    updateOwnOrganization: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Acme Corporation"
                 *     }
                 */
                "application/json": {
                    name: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Organization"];
                };
            };
        };
    };
    listOrganizations: {
        parameters: {
            query?: {
                /** @description The nextCursor of the page before. */
                cursor?: string;
                /**
                 * @description limit
                 * @example 10
                 */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Organization"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    createOrganization: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "globex",
                 *       "name": "Globex",
                 *       "rateLimit": {
                 *         "limit": 600,
                 *         "windowSeconds": 60
                 *       }
                 *     }
                 */
                "application/json": {
                    id?: string;
                    name: string;
                    rateLimit?: {
                        limit: number;
                        windowSeconds: number;
                    } | null;
                    tier?: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Organization"];
                };
            };
        };
    };
    getOrganization: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the resource. What cannot be one is not found.
                 * @example acme
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Organization"];
                };
            };
        };
    };
    deleteOrganization: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the resource. What cannot be one is not found.
                 * @example acme
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateOrganization: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the resource. What cannot be one is not found.
                 * @example acme
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "name": "Acme Corporation"
                 *     }
                 */
                "application/json": {
                    name?: string;
                    rateLimit?: {
                        limit: number;
                        windowSeconds: number;
                    } | null;
                    /** @enum {string} */
                    status?: "active" | "suspended";
                    tier?: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Organization"];
                };
            };
        };
    };
    listMembers: {
        parameters: {
            query?: {
                /** @description The nextCursor of the page before. */
                cursor?: string;
                /**
                 * @description limit
                 * @example 10
                 */
                limit?: number;
            };
            header?: never;
            path: {
                /**
                 * @description The id of the resource. What cannot be one is not found.
                 * @example acme
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Member"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    getMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the resource. What cannot be one is not found.
                 * @example acme
                 */
                id: string;
                /**
                 * @description The id of a member.
                 * @example grace
                 */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
        };
    };
    syncMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the resource. What cannot be one is not found.
                 * @example acme
                 */
                id: string;
                /**
                 * @description The id of a member.
                 * @example alan
                 */
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "role": "engineer",
                 *       "email": "alan@example.com",
                 *       "name": "Alan"
                 *     }
                 */
                "application/json": {
                    email?: string | null;
                    name?: string | null;
                    role: string;
                    /** @enum {string} */
                    status?: "active" | "suspended";
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
        };
    };
    removeMember: {
        parameters: {
            query?: {
                /**
                 * @description revoke (default), organization, or the id of another member
                 * @example revoke
                 */
                keys?: string;
            };
            header?: never;
            path: {
                /**
                 * @description The id of the resource. What cannot be one is not found.
                 * @example acme
                 */
                id: string;
                /**
                 * @description The id of a member.
                 * @example grace
                 */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listProjects: {
        parameters: {
            query?: {
                /** @description The nextCursor of the page before. */
                cursor?: string;
                /**
                 * @description limit
                 * @example 10
                 */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Project"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    createProject: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "shop",
                 *       "name": "Shop"
                 *     }
                 */
                "application/json": {
                    id?: string;
                    name: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
        };
    };
    getProject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of a project.
                 * @example web
                 */
                projectId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
        };
    };
    deleteProject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of a project.
                 * @example web
                 */
                projectId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateProject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of a project.
                 * @example web
                 */
                projectId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Website"
                 *     }
                 */
                "application/json": {
                    name: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
        };
    };
    search: {
        parameters: {
            query: {
                /**
                 * @description q
                 * @example deploy
                 */
                q: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            detail: string;
                            id: string;
                            label: string;
                            organizationId: string;
                            /** @enum {string} */
                            type: "key" | "project" | "user" | "organization";
                        }[];
                    };
                };
            };
        };
    };
    createSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "organizationId": "acme",
                 *       "userId": "ada",
                 *       "ttlSeconds": 900
                 *     }
                 */
                "application/json": {
                    organizationId: string;
                    /** @default 3600 */
                    ttlSeconds?: number;
                    userId: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
        };
    };
    endCurrentSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getUsage: {
        parameters: {
            query?: {
                /**
                 * @description At most 1,500 of them in one answer.
                 * @example hour
                 */
                bucket?: "minute" | "hour" | "day";
                /** @description environment */
                environment?: "live" | "test";
                /** @description Rounded down to a whole bucket. Default: 60 minutes, 24 hours or 30 days before `to`. */
                from?: string;
                /**
                 * @description keyId
                 * @example key_4vTzJ9xWkR2mQ8cY6nHs3B
                 */
                keyId?: string;
                /** @description projectId */
                projectId?: string;
                /** @description Rounded up to a whole bucket, which is left out. Default: now. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Usage"];
                };
            };
        };
    };
    listTopKeys: {
        parameters: {
            query?: {
                /**
                 * @description At most 1,500 of them in one answer.
                 * @example hour
                 */
                bucket?: "minute" | "hour" | "day";
                /** @description environment */
                environment?: "live" | "test";
                /** @description Rounded down to a whole bucket. Default: 60 minutes, 24 hours or 30 days before `to`. */
                from?: string;
                /**
                 * @description limit
                 * @example 5
                 */
                limit?: number;
                /** @description projectId */
                projectId?: string;
                /** @description Rounded up to a whole bucket, which is left out. Default: now. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TopKeys"];
                };
            };
        };
    };
    listUsers: {
        parameters: {
            query?: {
                /** @description The nextCursor of the page before. */
                cursor?: string;
                /**
                 * @description limit
                 * @example 10
                 */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Member"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    getUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the resource. What cannot be one is not found.
                 * @example grace
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
        };
    };
    removeUser: {
        parameters: {
            query?: {
                /**
                 * @description revoke (default), organization, or the id of another member
                 * @example organization
                 */
                keys?: string;
            };
            header?: never;
            path: {
                /**
                 * @description The id of the resource. What cannot be one is not found.
                 * @example grace
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the resource. What cannot be one is not found.
                 * @example grace
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "role": "manager"
                 *     }
                 */
                "application/json": {
                    role?: string;
                    /** @enum {string} */
                    status?: "active" | "suspended";
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
        };
    };
    listInvitations: {
        parameters: {
            query?: {
                /** @description The nextCursor of the page before. */
                cursor?: string;
                /**
                 * @description limit
                 * @example 10
                 */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Invitation"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    withdrawInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the resource. What cannot be one is not found.
                 * @example inv_9kDzR4vXmW7tN2qHsL5jGp
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    acceptInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "mmi_6hYtQ9wKzM3xN7vRjP2sLcDgT5bVnXkWqJfHmZ"
                 *     }
                 */
                "application/json": {
                    token: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedMember"];
                };
            };
        };
    };
    inviteUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "alan@example.com",
                 *       "role": "engineer"
                 *     }
                 */
                "application/json": {
                    email: string;
                    role: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invited"];
                };
            };
        };
    };
    verify: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "key": "mk_live_3nRk8WzXqT5vJm2YcP7sLhGdB9tNfKwVxQjMzD",
                 *       "permission": "projects:read",
                 *       "clientIp": "192.0.2.7"
                 *     }
                 */
                "application/json": components["schemas"]["VerifyRequest"];
            };
        };
        responses: {
            /** @description The verdict. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Verdict"];
                };
            };
        };
    };
    verifyBatch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "requests": [
                 *         {
                 *           "key": "mk_live_3nRk8WzXqT5vJm2YcP7sLhGdB9tNfKwVxQjMzD"
                 *         },
                 *         {
                 *           "key": "mk_live_3nRk8WzXqT5vJm2YcP7sLhGdB9tNfKwVxQjMzD",
                 *           "permission": {
                 *             "any": [
                 *               "projects:read",
                 *               "projects:write"
                 *             ]
                 *           }
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": {
                    requests: components["schemas"]["VerifyRequest"][];
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        results: components["schemas"]["Verdict"][];
                    };
                };
            };
        };
    };
    listWebhooks: {
        parameters: {
            query?: {
                /** @description The nextCursor of the page before. */
                cursor?: string;
                /**
                 * @description limit
                 * @example 10
                 */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Webhook"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    createWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "url": "https://hooks.example.com/mintmark",
                 *       "events": [
                 *         "api_key.*"
                 *       ],
                 *       "description": "To the chat"
                 *     }
                 */
                "application/json": {
                    description?: string | null;
                    /**
                     * @description Any of `api_key.created`, `api_key.rotated`, `api_key.revoked`, `api_key.deleted`, `api_key.expiring`, `api_key.expired`, `api_key.limit_reached`, `api_key.creation_limit_reached`, `member.invited`, `member.created`, `member.updated`, `member.removed`, `project.created`, `project.updated`, `project.deleted`, `webhook.disabled`; a group such as `api_key.*`; or `*`.
                     * @example [
                     *       "api_key.*",
                     *       "member.removed"
                     *     ]
                     */
                    events: string[];
                    /** @example https://example.com/hooks */
                    url: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookWithSecret"];
                };
            };
        };
    };
    getWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the resource. What cannot be one is not found.
                 * @example whk_5rGxK8mTzN3vQ6wPjD2cHb
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
        };
    };
    deleteWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the resource. What cannot be one is not found.
                 * @example whk_5rGxK8mTzN3vQ6wPjD2cHb
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the resource. What cannot be one is not found.
                 * @example whk_5rGxK8mTzN3vQ6wPjD2cHb
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "events": [
                 *         "api_key.revoked",
                 *         "api_key.expired"
                 *       ]
                 *     }
                 */
                "application/json": {
                    description?: string | null;
                    /**
                     * @description Any of `api_key.created`, `api_key.rotated`, `api_key.revoked`, `api_key.deleted`, `api_key.expiring`, `api_key.expired`, `api_key.limit_reached`, `api_key.creation_limit_reached`, `member.invited`, `member.created`, `member.updated`, `member.removed`, `project.created`, `project.updated`, `project.deleted`, `webhook.disabled`; a group such as `api_key.*`; or `*`.
                     * @example [
                     *       "api_key.*",
                     *       "member.removed"
                     *     ]
                     */
                    events?: string[];
                    /** @enum {string} */
                    status?: "enabled" | "disabled";
                    /** @example https://example.com/hooks */
                    url?: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
        };
    };
    listDeliveries: {
        parameters: {
            query?: {
                /** @description The nextCursor of the page before. */
                cursor?: string;
                /**
                 * @description limit
                 * @example 10
                 */
                limit?: number;
            };
            header?: never;
            path: {
                /**
                 * @description The id of the resource. What cannot be one is not found.
                 * @example whk_5rGxK8mTzN3vQ6wPjD2cHb
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Delivery"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    resendDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description deliveryId
                 * @example dlv_2wQnH7kLxT9zV4mRjP6sGc
                 */
                deliveryId: string;
                /**
                 * @description The id of the resource. What cannot be one is not found.
                 * @example whk_5rGxK8mTzN3vQ6wPjD2cHb
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
        };
    };
    rotateWebhookSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the resource. What cannot be one is not found.
                 * @example whk_5rGxK8mTzN3vQ6wPjD2cHb
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "overlapSeconds": 3600
                 *     }
                 */
                "application/json": {
                    /** @default 86400 */
                    overlapSeconds?: number;
                };
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookWithSecret"];
                };
            };
        };
    };
    testWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the resource. What cannot be one is not found.
                 * @example whk_5rGxK8mTzN3vQ6wPjD2cHb
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
        };
    };
}
