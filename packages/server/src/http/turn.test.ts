import { expect, test } from 'vitest'
import { Turn } from './turn.ts'

const nextTurn = () => new Promise((resolve) => void setImmediate(resolve))

test('works of one turn are done together, in order, at its end', async () => {
  const turn = new Turn()
  const done: number[] = []
  for (const number of [1, 2, 3]) turn.add(() => done.push(number))
  await Promise.resolve()
  expect(done).toEqual([])
  await nextTurn()
  expect(done).toEqual([1, 2, 3])
})

test('what a work adds is done in the next turn', async () => {
  const turn = new Turn()
  const done: string[] = []
  turn.add(() => {
    turn.add(() => done.push('added'))
    done.push('first')
  })
  await nextTurn()
  expect(done).toEqual(['first'])
  await nextTurn()
  expect(done).toEqual(['first', 'added'])
})

test('a work that throws takes no other with it', async () => {
  const turn = new Turn()
  const done: number[] = []
  const thrown = new Promise((resolve) => {
    const others = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException')
    process.once('uncaughtException', (error) => {
      for (const other of others) process.on('uncaughtException', other)
      resolve(error)
    })
  })
  turn.add(() => done.push(1))
  turn.add(() => {
    throw new Error('broken on purpose')
  })
  turn.add(() => done.push(3))
  expect(await thrown).toEqual(new Error('broken on purpose'))
  await nextTurn()
  await nextTurn()
  expect(done).toEqual([1, 3])
})
