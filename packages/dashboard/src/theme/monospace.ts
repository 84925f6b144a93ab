/** For fields in which each sign counts: keys, addresses. At 14 pixels Chromium cuts DejaVu Sans Mono's underscores off. */
export const monospaceInput = {
  input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.8125rem' },
} as const
