import { setTimeout as sleep } from 'node:timers/promises'
import type { Mailer } from '../engine/ports/mailer.ts'

/** How long after one attempt the next one is made: a server that greylists or restarts takes the last. */
const pausesMs = [2_000, 20_000] as const
const connectionTimeoutMs = 10_000

export type MailSettings = {
  /** `smtp://user:password@host:587`, or `smtps://`. */
  readonly url: string
  /** The sender: `Mintmark <keys@example.com>`. */
  readonly from: string
}

/** Mail by SMTP. What sends it is loaded with the first one. */
export function createMailer({ url, from }: MailSettings, pauses: readonly number[] = pausesMs): Mailer {
  let transport: ReturnType<typeof createTransport> | null = null
  return {
    async send(mail) {
      transport ??= createTransport(url)
      for (const pauseMs of pauses) {
        try {
          await (await transport).sendMail({ from, ...mail })
          return
        } catch {
          await sleep(pauseMs, null, { ref: false })
        }
      }
      await (await transport).sendMail({ from, ...mail })
    },
  }
}

async function createTransport(url: string) {
  const nodemailer = await import('nodemailer')
  // Links stand in the text alone, and nothing in it is fetched.
  return nodemailer.createTransport({
    url,
    connectionTimeout: connectionTimeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}
