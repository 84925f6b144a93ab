// npm run bench [-- --quick] [-- --large] [-- --only verify,cluster]
import { parseArgs } from 'node:util'
import { describeMachine } from './machine.ts'
import { measures, type Effort, type Row } from './measures.ts'
import { drawTable } from './table.ts'

const { values } = parseArgs({
  options: {
    /** A smoke run: everything runs, no figure is worth much. */
    quick: { type: 'boolean', default: false },
    /** 10,000,000 keys stored instead of 1,000,000. */
    large: { type: 'boolean', default: false },
    /** Names of measures, comma separated. */
    only: { type: 'string' },
  },
})

const effort: Effort = values.quick
  ? { rounds: 1, iterations: 20_000, loadSeconds: 1, storedKeys: 20_000, timedRefusals: 5_000 }
  : {
      rounds: 9,
      iterations: 300_000,
      loadSeconds: 3,
      storedKeys: values.large ? 10_000_000 : 1_000_000,
      timedRefusals: 1_000_000,
    }

const wanted = values.only?.split(',')
const unknown = wanted?.find((name) => !measures.some((measure) => measure.name === name))
if (unknown !== undefined) {
  console.error(`There is no measure ${unknown}. There are ${measures.map(({ name }) => name).join(', ')}.`)
  process.exit(2)
}

console.log(describeMachine().join('\n'))
const rows: Row[] = []
for (const measure of measures) {
  if (wanted !== undefined && !wanted.includes(measure.name)) continue
  console.error(`measuring ${measure.name} …`)
  try {
    const measured = await measure.run(effort)
    rows.push(...measured)
    // The whole takes a quarter of an hour, and may be cut off.
    console.error(drawTable(measured))
  } catch (error) {
    // What was measured before it, for many minutes, is not lost.
    console.error(`${measure.name} failed:`, error)
    process.exitCode = 1
  }
}
console.log(`\n${drawTable(rows)}`)
console.log(
  '\nCPU time of the measured process for one request or verification, unless it says otherwise; rounds interleaved; ' +
    'ratios of each round.',
)
