/** All headers of a request together, in bytes; its target is one of them. */
export const maxHeaderBytes = 16 * 1024

const schemeAndAuthority = /^https?:\/\/[^/?#]*/i

/**
 * The path and query of a request target. One in absolute form, as proxies are sent it, must be taken too (RFC 9112
 * section 3.2.2); whom it names as host decides nothing here. What has another form, such as `*`, names nothing.
 */
export function originForm(target: string): string {
  if (target.startsWith('/')) return target
  const rest = target.replace(schemeAndAuthority, '')
  return rest.startsWith('/') ? rest : `/${rest}`
}

/** A path with percent signs that stand for no UTF-8 is taken as it is written: it then names nothing. */
export function decodable(url: string): string {
  const path = url.split('?', 1)[0] ?? ''
  try {
    decodeURIComponent(path)
    return url
  } catch {
    return `${path.replaceAll('%', '%25')}${url.slice(path.length)}`
  }
}
