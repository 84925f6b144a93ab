/** A page of the interface, as it is sent. Everything else that it loads are assets. */
export type Page = { readonly html: string; readonly contentSecurityPolicy: string }

type PageParts = {
  readonly title: string
  /** Names of assets, in the order in which they are loaded. */
  readonly scripts: readonly string[]
  readonly styles: readonly string[]
  /** The id of the element that the scripts fill. */
  readonly root: string
}

/**
 * Nothing from anywhere else is loaded or spoken to, no script stands in the page or is made of text, and nobody frames
 * it. Styles may stand in elements: both libraries set them there.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

export function createPage({ title, scripts, styles, root }: PageParts): Page {
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
${styles.map((name) => `<link rel="stylesheet" href="/assets/${name}">`).join('\n')}
</head>
<body>
<noscript>This page needs JavaScript.</noscript>
<div id="${root}"></div>
${scripts.map((name) => `<script src="/assets/${name}"></script>`).join('\n')}
</body>
</html>
`
  return { html, contentSecurityPolicy }
}
