import { describe, expect, test } from 'vitest'
import { checkWindow, constantLimit, type LimitPhase, type Spending } from './window-checker.ts'

const windowMs = 1_000
const two = constantLimit(2)

function at(sentMs: number, outcome: Spending['outcome'] = 'admitted', cost = 1): Spending {
  return { cost, outcome, sentMs, receivedMs: sentMs + 5 }
}

function faults(all: readonly Spending[], phases: readonly LimitPhase[]): readonly [number, number] {
  const { above, wronglyRefused } = checkWindow(all, phases, windowMs)
  return [above.length, wronglyRefused.length]
}

describe('under one limit, the checker', () => {
  test('passes what is right', () => {
    const right = [at(0), at(10), at(20, 'refused'), at(1_010), at(1_020)]
    expect(checkWindow(right, two, windowMs)).toEqual({
      admitted: 4,
      refused: 1,
      unknown: 0,
      above: [],
      wronglyRefused: [],
    })
  })

  test('finds one too many, one after another or all at once, and by cost', () => {
    expect(faults([at(0), at(10), at(980)], two)[0]).toBeGreaterThan(0)
    expect(faults([at(0), at(0), at(0)], two)[0]).toBeGreaterThan(0)
    expect(faults([at(0), at(10, 'admitted', 2)], two)[0]).toBeGreaterThan(0)
  })

  test('does not accuse where the instants may have been a window apart', () => {
    expect(faults([at(0), at(10), at(996)], two)).toEqual([0, 0])
    const slow: Spending = { cost: 1, outcome: 'admitted', sentMs: 20, receivedMs: 1_200 }
    expect(faults([at(0), at(10), slow], two)).toEqual([0, 0])
  })

  test('finds what was refused although there was room, and does not accuse where there may have been none', () => {
    expect(faults([at(0), at(10, 'refused')], two)).toEqual([0, 1])
    expect(faults([at(0), at(0), at(1_020, 'refused')], two)).toEqual([0, 1])
    expect(faults([at(0), at(0), at(1_004, 'refused')], two)).toEqual([0, 0])
    expect(faults([at(0), at(0, 'refused', 2)], two)).toEqual([0, 0])
  })

  test('counts what is unknown for whoever is accused, and what costs nothing not at all', () => {
    expect(faults([at(0), at(0, 'unknown'), at(10, 'refused')], two)).toEqual([0, 0])
    expect(faults([at(0), at(0), at(10, 'unknown')], two)).toEqual([0, 0])
    expect(faults([at(0), at(0), at(10, 'admitted', 0)], two)).toEqual([0, 0])
  })
})

describe('while the limit changes, the checker', () => {
  const lowered: LimitPhase[] = [...constantLimit(3), { limit: 1, sentMs: 100, receivedMs: 110 }]
  const raised: LimitPhase[] = [...constantLimit(1), { limit: 3, sentMs: 100, receivedMs: 110 }]

  test('holds what follows a change to the new limit, with what was admitted before it', () => {
    expect(faults([at(0), at(120)], lowered)[0]).toBeGreaterThan(0)
    expect(faults([at(120), at(120)], lowered)[0]).toBeGreaterThan(0)
    expect(faults([at(0), at(120, 'refused')], lowered)).toEqual([0, 0])
    expect(faults([at(0), at(120, 'refused')], raised)).toEqual([0, 1])
    expect(faults([at(0), at(120), at(120)], raised)).toEqual([0, 0])
  })

  test('takes either limit for what was under way meanwhile', () => {
    expect(faults([at(0), at(104)], lowered)).toEqual([0, 0])
    expect(faults([at(0), at(104, 'refused')], lowered)).toEqual([0, 0])
    expect(faults([at(0), at(104), at(104)], raised)).toEqual([0, 0])
    expect(faults([at(0), at(104, 'refused')], raised)).toEqual([0, 0])
  })
})
