import type { Page } from 'playwright-core'

/**
 * Texts that a page which builds HTML, an address or a template of them runs (after OWASP's cheat sheet on filter
 * evasion). Each would set `window.ran`.
 */
export const scriptCorpus: readonly string[] = [
  '<script>window.ran=1</script>',
  '"><img src=x onerror=window.ran=1>',
  "'><svg/onload=window.ran=1>",
  '</textarea></title><svg onload="window.ran=1">',
  'javascript:window.ran=1',
  '<iframe srcdoc="<script>parent.ran=1</script>">',
  '<a href="javascript:window.ran=1" autofocus onfocus=window.ran=1>x</a>',
  '${window.ran=1}{{constructor.constructor("window.ran=1")()}}',
  '<math><mtext></form><form><mglyph><style></math><img src onerror=window.ran=1>',
  '\u202e<b>gnp.exe</b>',
]

/** Whether one of them ran on this page. */
export async function hasRun(page: Page): Promise<boolean> {
  return page.evaluate("'ran' in window")
}
