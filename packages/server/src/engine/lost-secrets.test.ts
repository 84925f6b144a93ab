import { expect, test } from 'vitest'
import { withoutSecrets } from './lost-secrets.ts'

test.each([
  [
    'There is no permission "mk_live_tbmtHv2qSs1JEddLhi7YcSphqqrktqeP47CFGs".',
    'There is no permission "mk_live_tbmt…".',
  ],
  ['mmo_W8cN63WGMliPTxncWMd8DwQMWLttHw2w0NnDpG is no field.', 'mmo_W8cN… is no field.'],
  ['two: abcdefghijklmnopqrstuv ABCDEFGHIJKLMNOPQRSTUV', 'two: abcd… ABCD…'],
  ['requests[3].permission.all[0]', 'requests[3].permission.all[0]'],
  ['There is no role "administratorOfAll21" here.', 'There is no role "administratorOfAll21" here.'],
  ['', ''],
])('%s', (text, shown) => {
  expect(withoutSecrets(text)).toBe(shown)
})
