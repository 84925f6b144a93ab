import { array, constantFrom, nat, tuple, type Arbitrary } from 'fast-check'

/** Spellings of these routes: parameters filled in, and then what careless routers take for the same. */
export function spellingOf(known: readonly string[]): Arbitrary<string> {
  const parts = constantFrom('7', 'public', 'latest', 'private', 'entry-2', 'web', 'a%20b', '..', '%2e%2e', '')
  const filled = constantFrom(...known).chain((route) =>
    array(parts, { minLength: 3, maxLength: 3 }).map((values) => {
      let index = 0
      return route.replace(/:[A-Za-z]+/g, () => values[index++ % values.length] ?? '')
    }),
  )
  const twist = constantFrom<(path: string, at: number) => string>(
    (path) => path,
    (path, at) => swap(path, at, (character) => `%${character.charCodeAt(0).toString(16)}`),
    (path, at) => swap(path, at, (character) => `%25${character.charCodeAt(0).toString(16)}`),
    (path, at) => swap(path, at, (character) => character.toUpperCase()),
    (path, at) => path.slice(0, at) + '/' + path.slice(at),
    (path, at) => `${path.slice(0, at)};${path.slice(at)}`,
    (path, at) => `${path.slice(0, at)}%2f${path.slice(at)}`,
    (path, at) => `${path.slice(0, at)}/./${path.slice(at)}`,
    (path, at) => `${path.slice(0, at)}/x/../${path.slice(at)}`,
    (path, at) => `${path.slice(0, at)}%00${path.slice(at)}`,
    (path, at) => `${path.slice(0, at)}?${path.slice(at)}`,
    (path) => `${path}/`,
    (path) => `${path};x=/private`,
    (path) => `${path}%20`,
    (path) => `/${path}`,
    (path) => `${path}.json`,
  )
  const methods = constantFrom('', '', '', 'HEAD', 'DELETE', 'get', 'PURGE')
  return tuple(filled, array(tuple(twist, nat(40)), { maxLength: 3 }), methods).map(([line, twists, method]) => {
    const [own = '', path = ''] = line.split(' ')
    const twisted = twists.reduce((text, [change, at]) => change(text, at % (text.length + 1)), path)
    return `${method || own} ${twisted}`
  })
}

function swap(text: string, at: number, change: (character: string) => string): string {
  const character = text[at]
  return character === undefined || character === '/'
    ? text
    : text.slice(0, at) + change(character) + text.slice(at + 1)
}
