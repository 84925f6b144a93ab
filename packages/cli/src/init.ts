import { existsSync, writeFileSync } from 'node:fs'
import { Option, type Command } from '@commander-js/extra-typings'
import type { ErrorDialect } from '@mintmark/core'
import { mistakesOf, suggestPrefix, writeContract, type DraftAnswers } from './contract-draft.ts'
import { addExamples } from './examples.ts'
import { exitUsage, Failed, type Host } from './host.ts'
import { readCount, readNames } from './option-values.ts'
import { askChoice, askText, canAsk } from './prompt.ts'

const dialects = ['problem', 'reason', 'error', 'envelope'] as const
const defaultRequests = 600

/** What was said on the command line. */
type Said = {
  readonly name?: string | undefined
  readonly prefix?: string | undefined
  readonly resources?: readonly string[] | undefined
  readonly requests?: number | undefined
  readonly errors?: ErrorDialect | undefined
}

export function addInitCommand(program: Command, host: Host): void {
  const init = program
    .command('init')
    .description('Write a contract for a new company, with comments: five questions, or as many options')
    .argument('[file]', 'where to write it', 'contract.json')
    .option('--name <name>', 'what your product is called')
    .option('--prefix <text>', 'what its keys begin with: ex for ex_live_… and ex_test_…')
    .option('--resources <names>', 'what they are about, each to be read and written: sites,files', readNames)
    .option('--requests <n>', `how many a key may make in a minute. Default: ${defaultRequests}`, readCount)
    .addOption(new Option('--errors <dialect>', 'what errors look like. Default: problem').choices(dialects))
    .action(async (file, said) => {
      if (existsSync(file)) throw new Failed(`There is a file ${file} already, and nothing is written over.`)
      const answers = canAsk(host) ? await askRest(said) : fillRest(said)
      const mistakes = mistakesOf(answers).map(({ path, message }) => `${path}: ${message}`)
      if (mistakes.length > 0) throw new Failed(mistakes.join('\n'), exitUsage)
      write(file, writeContract(answers))
      host.stderr.write(`${file} is written. Try it: MINTMARK_CONTRACT=${file} mintmark serve\n`)
    })
  addExamples(
    init,
    'mintmark init',
    'mintmark init contract.json --name Example --prefix ex --resources sites,files --requests 600 --errors problem',
  )
}

function fillRest({
  name,
  prefix,
  resources = [],
  requests = defaultRequests,
  errors = 'problem',
}: Said): DraftAnswers {
  if (name === undefined) throw new Failed('Say --name: what your product is called.', exitUsage)
  return { name, prefix: prefix ?? suggestPrefix(name), resources, requestsPerMinute: requests, errors }
}

async function askRest(said: Said): Promise<DraftAnswers> {
  const name = said.name ?? (await ask('What is your product called?', 'Example', (text) => ({ name: text })))
  const filled = fillRest({ ...said, name })
  const prefix =
    said.prefix ??
    (await ask('What do its keys begin with? (ex gives ex_live_… and ex_test_…)', filled.prefix, (text) => ({
      prefix: text,
    })))
  const resources =
    said.resources ??
    namesOf(
      await ask('What can they read and write? (names, with commas between)', 'sites,files', (text) => ({
        resources: namesOf(text),
      })),
    )
  const requests =
    said.requests ??
    Number(
      await ask('How many requests may a key make in a minute?', String(defaultRequests), (text) => ({
        requestsPerMinute: /^\d{1,9}$/.test(text) ? Number(text) : 0,
      })),
    )
  const errors = said.errors ?? (await askChoice('What do errors look like?', dialectChoices))
  return { name, prefix, resources, requestsPerMinute: requests, errors }
}

const sound: DraftAnswers = { name: 'Example', prefix: 'ex', resources: [], requestsPerMinute: 1, errors: 'problem' }

/** One question, asked again until the contract's rules like the answer. */
function ask(message: string, initial: string, read: (text: string) => Partial<DraftAnswers>): Promise<string> {
  return askText(message, {
    initial,
    validate: (text) => mistakesOf({ ...sound, ...read(text.trim()) })[0]?.message ?? null,
  })
}

function namesOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

const dialectChoices = [
  { value: 'problem', label: 'problem', hint: 'RFC 9457: {"type","title","status","reason","message",…}' },
  { value: 'reason', label: 'reason', hint: '{"reason","message"}' },
  { value: 'error', label: 'error', hint: '{"error":"a sentence"}' },
  { value: 'envelope', label: 'envelope', hint: '{"success":false,"error":{"reason","message"}}' },
] as const

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' })
  } catch (error) {
    throw new Failed(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`)
  }
}
