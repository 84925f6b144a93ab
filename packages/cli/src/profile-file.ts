import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import envPaths from 'env-paths'
import { exitConfig, Failed, type Host } from './host.ts'
import { parseJson } from './read-text.ts'

/** A server, and what to ask it with. */
export type Profile = {
  readonly server: string
  readonly apiKey: string
  readonly organization: string | null
  readonly user: string | null
}

export type Profiles = {
  /** The one that is used where none is named; null: none. */
  readonly current: string | null
  readonly profiles: ReadonlyMap<string, Profile>
}

const none: Profiles = { current: null, profiles: new Map() }

export const profileName = /^[A-Za-z0-9_.-]{1,64}$/

/** `MINTMARK_PROFILES`, else in the directory that the platform has for what is configured. */
export function profileFile({ env }: Host): string {
  const { MINTMARK_PROFILES: file } = env
  return file === undefined || file === '' ? join(envPaths('mintmark', { suffix: '' }).config, 'profiles.json') : file
}

/** No profiles where there is no file. Throws where others could read it, or where it is not what `writeProfiles` wrote. */
export function readProfiles(host: Host): Profiles {
  const file = profileFile(host)
  const text = readPrivateText(file)
  if (text === null) return none
  const parsed = parseProfiles(text)
  if (parsed === null) throw new Failed(`${file} is not what mintmark wrote. Mend it, or remove it.`, exitConfig)
  return parsed
}

/** Replaces the file at once, readable by its owner alone. */
export function writeProfiles(host: Host, { current, profiles }: Profiles): void {
  const file = profileFile(host)
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}.${process.pid}`
  const text = JSON.stringify({ current, profiles: Object.fromEntries(profiles) }, null, 2)
  try {
    writeFileSync(draft, `${text}\n`, { mode: 0o600, flag: 'wx' })
    chmodSync(draft, 0o600)
    renameSync(draft, file)
  } catch (error) {
    rmSync(draft, { force: true })
    throw new Failed(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}.`)
  }
}

function readPrivateText(file: string): string | null {
  try {
    // Windows has no such modes: there the directory of its owner keeps it.
    if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
      throw new Failed(`${file} holds credentials, and others can read it. Say: chmod 600 ${file}`, exitConfig)
    }
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Failed) throw error
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw new Failed(`${file} cannot be read.`, exitConfig)
  }
}

function parseProfiles(text: string): Profiles | null {
  const value = parseJson(text)
  if (!isRecord(value) || !isRecord(value['profiles'])) return null
  const { current, profiles } = value
  const entries = Object.entries(profiles)
  if (!entries.every((entry): entry is [string, Profile] => profileName.test(entry[0]) && isProfile(entry[1])))
    return null
  const known = new Map(entries)
  if (current === null) return { current, profiles: known }
  return typeof current === 'string' && known.has(current) ? { current, profiles: known } : null
}

function isProfile(value: unknown): value is Profile {
  if (!isRecord(value)) return false
  const { server, apiKey, organization, user } = value
  const isTextOrNull = (field: unknown): boolean => field === null || typeof field === 'string'
  return typeof server === 'string' && typeof apiKey === 'string' && isTextOrNull(organization) && isTextOrNull(user)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
