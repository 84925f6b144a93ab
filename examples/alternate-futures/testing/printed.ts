/** What their page prints for programs and shells, to the character: run with another key, and another host. */
export const printed = {
  key: 'af_xxxxxxxxxxxxxxxxxxxxxxxxxxxx',
  host: 'https://api.alternatefutures.ai',
  environment: `export AF_API_KEY="af_xxxxxxxxxxxxxxxxxxxxxxxxxxxx"
af sites list`,
  direct: 'af sites list --api-key af_xxxxxxxxxxxxxxxxxxxxxxxxxxxx',
  sdk: `import { AlternateFuturesSdk } from '@alternatefutures/sdk';

const af = new AlternateFuturesSdk({
  apiKey: process.env.AF_API_KEY
});

// Use the SDK
const sites = await af.sites.list();`,
  curl: `curl https://api.alternatefutures.ai/v1/sites \\
  -H "Authorization: Bearer af_xxxxxxxxxxxxxxxxxxxxxxxxxxxx"`,
  query: `    query {
      apiKeyRateLimit {
        remaining          # Keys remaining in daily quota
        limit              # Daily creation limit (50)
        resetAt            # When daily limit resets
        activeTokens       # Current number of active keys
        maxActiveTokens    # Maximum active keys allowed (500)
      }
    }`,
} as const

/** The same with this run's own host and key. */
export function replaced(text: string, { host, key }: { readonly host: string; readonly key: string }): string {
  return text.replaceAll(printed.host, host).replaceAll(printed.key, key)
}
