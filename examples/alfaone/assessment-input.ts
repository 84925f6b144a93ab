import { RefusedError } from '@mintmark/sdk'
import { statuses, type AssessmentChange, type NewAssessment, type PageRequest } from './assessment-store.ts'

const maxTextLength = 200
const maxPageSize = 100
const defaultPageSize = 50

/** Throws what is answered with 400. */
export function readNew(body: unknown): NewAssessment {
  const { name, candidate = null } = readFields(body, ['name', 'candidate'])
  return { name: readText('name', name), candidate: readCandidate(candidate) }
}

export function readChange(body: unknown): AssessmentChange {
  const { name, candidate, status, score } = readFields(body, ['name', 'candidate', 'status', 'score'])
  return {
    ...(name !== undefined && { name: readText('name', name) }),
    ...(candidate !== undefined && { candidate: readCandidate(candidate) }),
    ...(status !== undefined && { status: readStatus(status) }),
    ...(score !== undefined && { score: readScore(score) }),
  }
}

export function readPage(query: Readonly<Record<string, unknown>>): PageRequest {
  const { status, limit = `${defaultPageSize}`, cursor } = query
  return {
    status: status === undefined ? null : readStatus(status),
    limit: readWhole('limit', limit, 1, maxPageSize),
    before: cursor === undefined ? null : readWhole('cursor', cursor, 1, Number.MAX_SAFE_INTEGER),
  }
}

function readCandidate(value: unknown): NewAssessment['candidate'] {
  if (value === null) return null
  const { name, email } = readFields(value, ['name', 'email'])
  return { name: readText('candidate.name', name), email: readText('candidate.email', email) }
}

function readFields(value: unknown, names: readonly string[]): Readonly<Record<string, unknown>> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (isObject && Object.keys(value).every((name) => names.includes(name))) return { ...value }
  throw mistake(`Send an object with ${names.join(', ')}.`)
}

function readText(name: string, value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= maxTextLength) return value
  throw mistake(`${name}: write 1 to ${maxTextLength} characters.`)
}

function readStatus(value: unknown): (typeof statuses)[number] {
  const status = statuses.find((known) => known === value)
  if (status === undefined) throw mistake(`status: write ${statuses.join(', ')}.`)
  return status
}

function readScore(value: unknown): number {
  if (typeof value === 'number' && value >= 0 && value <= 100) return value
  throw mistake('score: write a number from 0 to 100.')
}

function readWhole(name: string, value: unknown, min: number, max: number): number {
  const number = typeof value === 'string' && /^[0-9]{1,16}$/.test(value) ? Number(value) : Number.NaN
  if (number >= min && number <= max) return number
  throw mistake(`${name}: write a whole number from ${min} to ${max}.`)
}

function mistake(message: string): RefusedError {
  return new RefusedError('invalid_request', message)
}
