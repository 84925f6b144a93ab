import { mistake } from './resource-kinds.ts'

const defaultPageSize = 50
const maxPageSize = 100

/** `before`: the number of the last one of the page before. */
export type PageRequest = { readonly limit: number; readonly before: number | null }

export function readPage({ limit = `${defaultPageSize}`, cursor }: Readonly<Record<string, string>>): PageRequest {
  return {
    limit: readWhole('limit', limit, maxPageSize),
    before: cursor === undefined ? null : readWhole('cursor', cursor, Number.MAX_SAFE_INTEGER),
  }
}

function readWhole(name: string, text: string, max: number): number {
  const number = /^[0-9]{1,16}$/.test(text) ? Number(text) : 0
  if (number >= 1 && number <= max) return number
  throw mistake(`${name}: write a whole number from 1 to ${max}.`)
}
