import { exitUsage, Failed, type Host } from './host.ts'

/** Somebody sits there and can answer. */
export function canAsk({ stdin, stderr }: Host): boolean {
  return stdin.isTTY === true && stderr.isTTY === true
}

/**
 * Before what cannot be undone. Throws unless it is to be done.
 * @param question asked of whoever sits there; made only then
 */
export async function requireConsent(
  host: Host,
  { yes }: { readonly yes?: boolean | undefined },
  question: () => Promise<string>,
): Promise<void> {
  if (yes === true) return
  if (!canAsk(host)) throw new Failed('This cannot be undone. Say --yes to do it.', exitUsage)
  const message = await question()
  const { confirm } = await import('@clack/prompts')
  const answer = await confirm({ ...atTerminal(), message, initialValue: false })
  if (answer !== true) throw new Failed('Nothing was done.')
}

/** A text of the person at the terminal. */
export async function askText(
  message: string,
  options: { readonly initial: string; readonly validate: (text: string) => string | null },
): Promise<string> {
  const { text } = await import('@clack/prompts')
  const { initial, validate } = options
  const answer = await text({
    ...atTerminal(),
    message,
    initialValue: initial,
    validate: (value = '') => validate(value) ?? undefined,
  })
  return answerOf(answer)
}

/** One of several. */
export async function askChoice<T extends string>(
  message: string,
  choices: readonly { readonly value: T; readonly label: string; readonly hint: string }[],
): Promise<T> {
  const { select } = await import('@clack/prompts')
  const options = choices.map((choice) => ({ ...choice }))
  const answer = answerOf(await select<string>({ ...atTerminal(), message, options }))
  const chosen = choices.find(({ value }) => value === answer)
  if (chosen === undefined) throw new Error(`${answer} was no choice`)
  return chosen.value
}

/** A credential: what is typed is not shown. */
export async function askSecret(message: string): Promise<string> {
  const { password } = await import('@clack/prompts')
  const answer = await password({ ...atTerminal(), message })
  return answerOf(answer)
}

/** Questions are words, not data: they go to standard error. */
function atTerminal() {
  return { input: process.stdin, output: process.stderr }
}

/** Ctrl-C or Escape gives a symbol. */
function answerOf<T extends string>(answer: T | symbol): T {
  if (typeof answer === 'symbol') throw new Failed('Nothing was done.')
  return answer
}
