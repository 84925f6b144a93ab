import { vendorPage } from '@mintmark/example-conformance'
import { expect, test } from 'vitest'
import { printed } from './printed.ts'

const page = vendorPage('alternate-futures')

test.skipIf(page === null)('what is run as printed is what the page prints', () => {
  for (const text of Object.values(printed)) expect(page).toContain(text)
})
