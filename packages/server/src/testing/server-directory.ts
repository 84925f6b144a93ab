import { chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tellReaper } from './reaper.ts'

export interface ServerAccount {
  uid: number
  gid: number
}

/** A fresh directory for one server's files, owned by the account that it runs as. */
export function makeServerDirectory(kind: string, account?: ServerAccount): string {
  const directory = mkdtempSync(join(tmpdir(), `mintmark-${kind}-`))
  tellReaper({ watch: true, directory })
  if (account) chownSync(directory, account.uid, account.gid)
  return directory
}

export function removeServerDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
  tellReaper({ watch: false, directory })
}

/** PostgreSQL refuses to run as root: then it runs as its own account, else as nobody. Undefined: as whoever we are. */
export function accountForPostgres(): ServerAccount | undefined {
  if (process.getuid?.() !== 0) return undefined
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const found = ['postgres', 'nobody'].map((name) => accounts.find((fields) => fields[0] === name)).find(Boolean)
  if (!found)
    throw new Error('running as root, and there is neither an account postgres nor nobody to run PostgreSQL as')
  return { uid: Number(found[2]), gid: Number(found[3]) }
}
