import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Contract } from '@mintmark/core'
import type { Log } from './http/log.ts'
import { openDashboard, type Dashboard } from './http/pages/dashboard.ts'

/** Beside `src` as beside what is compiled: the build puts it there, and it is packed with the server. */
const directory = join(import.meta.dirname, '..', 'dist', 'dashboard')
/** Of a nonce: 128 bits (CSP Level 3 section 7.1). */
const nonceBytes = 16

/** Null where it was not built, as in a checkout whose tests run before its build: there are no pages then. */
export async function loadDashboard({ ui }: Contract, log: Log): Promise<Dashboard | null> {
  if (existsSync(join(directory, 'index.html'))) return openDashboard(directory, ui)
  log.warning('The dashboard is not built: npm run build')
  return null
}

export function createNonce(): string {
  return randomBytes(nonceBytes).toString('base64')
}
