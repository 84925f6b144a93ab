/** A string, or a comment: one to the end of its line, or one between its marks. Of both only comments go. */
const stringOrComment = /"(?:[^"\\\n]|\\.)*"|\/\/[^\n\r]*|\/\*[^]*?\*\//g

/**
 * The text with spaces in the place of `//` and block comments, so that all else stays on its line and column. What is in
 * strings stays.
 */
export function blankComments(text: string): string {
  return text.replaceAll(stringOrComment, (found) =>
    found.startsWith('"') ? found : found.replaceAll(/[^\n\r]/g, ' '),
  )
}
