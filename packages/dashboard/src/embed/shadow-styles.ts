/** Of the one element in the shadow root: what is `:root` to a page of our own. */
export const rootClass = 'mintmark'

declare const __STYLES__: string

/**
 * What the product's own styles say of everything (`* {…}`, `body {…}`) would reach in by inheritance: it ends at the
 * root's edge. Custom properties are inherited all the same, and are how the product says its colours.
 */
const boundary = `
.${rootClass} {
  all: initial;
  display: block;
  font-family: var(--mantine-font-family);
  font-size: var(--mantine-font-size-md);
  line-height: var(--mantine-line-height);
  color: var(--mintmark-text, var(--mantine-color-text));
  background: var(--mintmark-background, transparent);
  -webkit-font-smoothing: antialiased;
}
`

/** All styles of the pages, put into the build where it is made. */
export function createStyleSheet(): CSSStyleSheet {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(`${__STYLES__}\n${boundary}`)
  return sheet
}
