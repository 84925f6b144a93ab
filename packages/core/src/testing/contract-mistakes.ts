import { expect } from 'vitest'
import { parseContract } from '../contract.ts'

/** A contract whose only mistake is at `path`, and of which the message says at least `saying`. */
export interface MistakenContract {
  readonly path: string
  readonly saying: string
  readonly json: unknown
}

export function expectOnlyMistake({ json, path, saying }: MistakenContract): void {
  const { contract, mistakes } = parseContract(json)
  expect(contract).toBeNull()
  expect(mistakes.map((mistake) => mistake.path)).toEqual([path])
  expect(mistakes[0]?.message).toContain(saying)
}

export function expectAccepted(json: unknown): void {
  expect(parseContract(json).mistakes).toEqual([])
}
