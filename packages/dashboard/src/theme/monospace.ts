/** For fields in which each sign counts: keys, addresses. */
export const monospaceInput = { input: { fontFamily: 'var(--mantine-font-family-monospace)' } } as const
