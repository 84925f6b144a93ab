/** A fenced block of a document. `name` is what follows the language, such as the file that it shows; else empty. */
export type CodeBlock = { readonly language: string; readonly name: string; readonly text: string }

const fenced = /^```(?<language>[a-z]+)(?: (?<name>\S+))?\n(?<text>.*?)^```$/gms

/** Every block of a document that says its language, in order. */
export function codeBlocks(markdown: string): readonly CodeBlock[] {
  return [...markdown.matchAll(fenced)].map(({ groups }) => ({
    language: groups?.['language'] ?? '',
    name: groups?.['name'] ?? '',
    text: groups?.['text'] ?? '',
  }))
}
