/** What every error and every answer of the router carries besides its own, as name, value, name, value. */
export const safetyHeaders = [
  'Cache-Control',
  'no-store',
  'Referrer-Policy',
  'no-referrer',
  'X-Content-Type-Options',
  'nosniff',
] as const
