import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from '@commander-js/extra-typings'
import { defaultServer } from './connection.ts'
import { addExamples } from './examples.ts'
import { exitUsage, Failed, type Host } from './host.ts'
import { profileFile, profileName, readProfiles, writeProfiles } from './profile-file.ts'
import { readServerAddress } from './server-address.ts'

type Fields = Readonly<Record<string, unknown>>

/** A session token of whoever approves it in his browser (RFC 8628), for as long as he may be signed in. */
export function addLoginCommand(program: Command, host: Host): void {
  const command = program
    .command('login')
    .description('Sign in by your browser, and save a session token in a profile, for a day at most')
    .option('--server <url>', `where Mintmark is: MINTMARK_SERVER, else ${defaultServer}`)
    .option('--profile <name>', 'the profile to save it in', 'login')
    .action(async (options) => {
      const name = options.profile
      if (!profileName.test(name)) throw new Failed('A name has letters, digits, dots, dashes, underscores.', exitUsage)
      const server = readServerAddress(options.server ?? (host.env['MINTMARK_SERVER'] || defaultServer))
      const begun = await ask(server, '/auth/device', {})
      const { verificationUri, userCode } = begun
      host.stderr.write(`Open ${text(verificationUri)} and type ${text(userCode)}\n`)
      const { token, organizationId, expiresAt } = await waitForToken(server, begun)
      const { profiles: known } = readProfiles(host)
      const saved = new Map(known).set(name, { server, apiKey: text(token), organization: null, user: null })
      writeProfiles(host, { current: name, profiles: saved })
      host.stderr.write(
        `Signed in to ${text(organizationId)} until ${text(expiresAt)}: ` +
          `${name} is saved in ${profileFile(host)}, and in use\n`,
      )
    })
  addExamples(command, 'mintmark login', 'mintmark login --server https://keys.example.com --profile production')
}

/** Seconds to wait before asking, 1 or more: 5 where the server does not say (RFC 8628 section 3.2). */
function intervalOf({ intervalSeconds }: Fields): number {
  return typeof intervalSeconds === 'number' && intervalSeconds >= 1 ? intervalSeconds : 5
}

async function waitForToken(server: string, begun: Fields): Promise<Fields> {
  const { deviceCode, expiresInSeconds } = begun
  const endsAtMs = performance.now() + Number(expiresInSeconds) * 1000
  let seconds = intervalOf(begun)
  for (;;) {
    await sleep(seconds * 1000)
    const answer = await ask(server, '/auth/device/token', { deviceCode }).catch((error: unknown) => {
      if (!(error instanceof Unanswered) || performance.now() > endsAtMs) throw error
      return unanswered
    })
    switch (answer['status']) {
      case 'approved':
        return answer
      case 'pending':
        break
      case 'unanswered':
        // RFC 8628 section 3.5 again: a network that failed once is there again in a moment.
        seconds *= 2
        break
      case 'slow_down':
        // RFC 8628 section 3.5.
        seconds += 5
        break
      case 'denied':
        throw new Failed('It was not approved.')
      default:
        throw new Failed('Nobody approved it in time. Try again: mintmark login')
    }
  }
}

class Unanswered extends Failed {}
const unanswered: Fields = { status: 'unanswered' }

async function ask(server: string, path: string, body: object): Promise<Fields> {
  let answer: Response
  try {
    // Whoever approves it finds it by this name among his sessions.
    const headers = { 'Content-Type': 'application/json', 'User-Agent': 'mintmark login' }
    answer = await fetch(`${server}${path}`, { method: 'POST', headers, body: JSON.stringify(body), redirect: 'error' })
  } catch {
    throw new Unanswered(`${server} does not answer. Is it running, and is --server right?`)
  }
  const read: unknown = await answer.json().catch(() => null)
  const fields: Fields = typeof read === 'object' && read !== null ? { ...read } : {}
  if (!answer.ok) throw new Failed(text(fields['message']) || `${server} answered ${answer.status}.`)
  return fields
}

/** What a server says is shown on a terminal: no escape sequences. */
function text(value: unknown): string {
  return typeof value === 'string' ? value.replace(/\p{Cc}/gu, '') : ''
}
