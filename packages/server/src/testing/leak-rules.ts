import type { Exchange } from './exchange.ts'

/** What tells of the inside of the server (ASVS 5.0, 13.4.6 and 16.5.1): no answer to anybody may hold it. */
const rules: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a stack', /(?:^|\\n|\n)\s*at .{1,200}:\d+:\d+|\b(?:file|node):(?:\/\/|internal)|\.[cm]?[jt]s:\d+/],
  ['SQL', /\b(?:select|from|insert into|update|join) \\?"|\b(?:set|where|and) [\w."\\]+ = |\bvalues \(| = \$\d/i],
  [
    'a database’s words',
    /SQLITE_|constraint failed|syntax error at or near|relation "|duplicate key value|\bcolumn "/i,
  ],
  ['a table', /\b(?:api_key_secrets|key_activity|key_usage|saved_windows|mint_log|audit_heads|audit_permits)\b/],
  [
    'a path',
    /(?<![\w:/.])\/(?:home|root|tmp|usr|var|opt|etc|proc|srv|work)\/[\w.-]+|node_modules|packages\/\w+\/(?:src|dist)/,
  ],
  ['an error of the system', /\bE(?:CONN[A-Z]+|NOENT|ACCES|PIPE|NOSPC|ISDIR|PERM|TIMEDOUT|ADDR[A-Z]+)\b|\bERR_[A-Z]+/],
  ['an error’s class', /\b(?:Type|Range|Syntax|Reference|URI)Error\b|\bStore(?:Unavailable|Full)\b|\[object /],
  ['a program’s version', /\b(?:node(?:\.js)?|fastify|kysely|sqlite|postgresql|redis|openssl)[ /]v?\d/i],
]

/** Headers that exist to tell what runs. */
const telling = ['server', 'x-powered-by', 'via', 'x-aspnet-version', 'x-runtime']

/** What an answer tells of the inside, that was not in what was asked. */
export function leaksOf({ path, sent, answer }: Exchange): readonly string[] {
  const asked = `${decode(path)}\n${JSON.stringify(sent?.body ?? null)}`
  const said = [answer.text, ...[...answer.headers].map(([name, value]) => `${name}: ${value}`)].join('\n')
  const found = rules.flatMap(([what, pattern]) => {
    const [match] = pattern.exec(said) ?? []
    return match === undefined || asked.includes(match) ? [] : [`${what}: ${match}`]
  })
  const headers = telling.filter((name) => answer.headers.has(name)).map((name) => `the header ${name}`)
  return [...found, ...headers]
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
