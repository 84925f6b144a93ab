import { parseAddress } from '../engine/addresses.ts'
import { maxDemandedNames, type DemandInput } from '../engine/demand.ts'
import type { VerifyInput } from '../engine/engine.ts'
import type { InputFault } from '../engine/refused.ts'

/** The body of `POST /v1/verify`, or everything that is wrong with it. */
export type VerifyRequest =
  | { readonly input: VerifyInput; readonly faults: null }
  | { readonly input: null; readonly faults: readonly InputFault[] }

const maxCost = 1_000
/** Characters, as the schema in schemas/verify.ts has them. */
const maxPermissionLength = 200
const maxRoleLength = 100
const maxIdLength = 64
/** Characters of the longest address: IPv6 with an IPv4 tail. */
const maxAddressLength = 45
/** Faults told of one body. */
const maxFaults = 20

const fields = 'key, permission, roles, projectId, organizationWide, environment, clientIp, cost'

/** Reads the text of a body: JSON, only the fields of API.md section 5, each in its bounds. */
export function readVerifyRequest(text: string): VerifyRequest {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return { input: null, faults: [{ path: '', message: 'This is not JSON.' }] }
  }
  return readVerifyInput(body)
}

type Draft = { -readonly [Name in keyof VerifyInput]: VerifyInput[Name] }

/** The same for a body that is parsed already. */
export function readVerifyInput(body: unknown): VerifyRequest {
  if (!isRecord(body)) return { input: null, faults: [{ path: '', message: 'Send a JSON object.' }] }
  const faults: InputFault[] = []
  const draft: Draft = { key: '' }
  let hasKey = false
  for (const name of Object.keys(body)) {
    if (faults.length >= maxFaults) break
    const value = body[name]
    if (name === 'key') hasKey = true
    const wanted = readField(draft, name, value)
    if (wanted !== null) faults.push({ path: name, message: wanted })
  }
  if (!hasKey) faults.push({ path: 'key', message: 'Say which key to verify.' })
  return faults.length === 0 ? { input: draft, faults: null } : { input: null, faults }
}

/** Puts one field into the draft. What it should have been, where it is not that; else null. */
function readField(draft: Draft, name: string, value: unknown): string | null {
  switch (name) {
    case 'key':
      // Of any length: what is no key is refused as one (`invalid_key`).
      if (typeof value !== 'string') return 'Give the key as a string.'
      draft.key = value
      return null
    case 'permission': {
      const permission = readPermission(value)
      if (permission === null) return `Give a permission, or {"all": […]} or {"any": […]} of 1 to ${maxDemandedNames}.`
      draft.permission = permission
      return null
    }
    case 'roles':
      if (!isList(value, maxRoleLength)) return `Give a list of 1 to ${maxDemandedNames} roles.`
      draft.roles = value
      return null
    case 'projectId':
      if (!isText(value, maxIdLength)) return 'Give the id of a project.'
      draft.projectId = value
      return null
    case 'organizationWide':
      if (typeof value !== 'boolean') return 'Give true or false.'
      draft.organizationWide = value
      return null
    case 'environment':
      if (value !== 'live' && value !== 'test') return 'Give "live" or "test".'
      draft.environment = value
      return null
    case 'clientIp':
      if (!isAddress(value)) return 'Give an IPv4 or IPv6 address.'
      draft.clientIp = value
      return null
    case 'cost':
      if (!isCost(value)) return `Give a whole number from 0 to ${maxCost}.`
      draft.cost = value
      return null
    default:
      return `There is no such field. There are ${fields}.`
  }
}

function readPermission(value: unknown): NonNullable<DemandInput['permission']> | null {
  if (typeof value === 'string') return isText(value, maxPermissionLength) ? value : null
  if (!isRecord(value)) return null
  const { all, any, ...rest } = value
  if (Object.keys(rest).length > 0) return null
  if (any === undefined && isList(all, maxPermissionLength)) return { all }
  return all === undefined && isList(any, maxPermissionLength) ? { any } : null
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown, maxLength: number): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= maxLength
}

function isList(value: unknown, maxLength: number): value is string[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > maxDemandedNames) return false
  return value.every((item) => isText(item, maxLength))
}

function isAddress(value: unknown): value is string {
  return typeof value === 'string' && value.length <= maxAddressLength && parseAddress(value) !== null
}

function isCost(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= maxCost
}
