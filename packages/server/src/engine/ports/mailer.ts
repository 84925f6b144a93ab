export type Mail = { readonly to: string; readonly subject: string; readonly text: string }

/** Sends mail. Resolves when it has been handed on; rejects when it could not be, after trying more than once. */
export interface Mailer {
  send(mail: Mail): Promise<void>
}
