import { describe, expect, test } from 'vitest'
import { checkAdmissions, type Admission } from './admissions.ts'

const limit = { limit: 2, windowMs: 1_000 }
const at = (sentMs: number, admitted = true, cost = 1): Admission => ({
  cost,
  admitted,
  sentMs,
  receivedMs: sentMs + 5,
})

describe('the checker of admissions', () => {
  test('passes what is right', () => {
    expect(checkAdmissions([at(0), at(10), at(20, false), at(1_010), at(1_020)], limit)).toEqual({
      admitted: 4,
      above: 0,
      wronglyRefused: 0,
    })
  })

  test('finds one admitted too many', () => {
    expect(checkAdmissions([at(0), at(10), at(980)], limit).above).toBe(1)
    expect(checkAdmissions([at(0), at(10, true, 2)], limit).above).toBe(1)
  })

  test('does not accuse where the instants may have been a window apart', () => {
    expect(checkAdmissions([at(0), at(10), at(999)], limit).above).toBe(0)
  })

  test('finds what was refused although there was room', () => {
    expect(checkAdmissions([at(0), at(10, false)], limit).wronglyRefused).toBe(1)
    expect(checkAdmissions([at(0), at(0), at(1_020, false)], limit).wronglyRefused).toBe(1)
  })

  test('does not accuse where a hit may still have counted', () => {
    expect(checkAdmissions([at(0), at(0), at(1_004, false)], limit).wronglyRefused).toBe(0)
  })
})
