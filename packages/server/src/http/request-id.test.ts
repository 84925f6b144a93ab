import { expect, test } from 'vitest'
import { createRequestIds } from './request-id.ts'

test('ids are never given twice, by one process or by two', () => {
  const processes = [createRequestIds(), createRequestIds()]
  const ids = processes.flatMap((create) => Array.from({ length: 1_000 }, create))
  expect(new Set(ids).size).toBe(2_000)
  for (const id of ids) expect(id).toMatch(/^req_[0-9a-f]{16}[0-9a-z]{8}$/)
})
