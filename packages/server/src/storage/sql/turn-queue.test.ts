import { expect, test } from 'vitest'
import { TurnQueue } from './turn-queue.ts'

test('turns are given one at a time, first come first served, and given back once', async () => {
  const turns = new TurnQueue()
  const order: number[] = []
  const first = await turns.take()
  const others = [1, 2, 3].map(async (number) => {
    const giveBack = await turns.take()
    order.push(number)
    return giveBack
  })
  await Promise.resolve()
  expect(order).toEqual([])
  first()
  first()
  const second = await others[0]
  expect(order).toEqual([1])
  second?.()
  ;(await others[1])?.()
  ;(await others[2])?.()
  expect(order).toEqual([1, 2, 3])
  const again = await turns.take()
  again()
})
