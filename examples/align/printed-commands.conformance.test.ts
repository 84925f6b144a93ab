import { printedCommands, promise, runPrinted, vendorPage } from '@mintmark/example-conformance'
import { describe, expect } from 'vitest'
import { AlignStage } from './testing/align-stage.ts'

const page = vendorPage('align-minting')

describe.skipIf(page === null)('Align: the commands of its page', () => {
  const align = new AlignStage()

  promise('AL-3', 'do as they are printed, with another host and a real key', async () => {
    const commands = printedCommands(page ?? '')
    expect(commands).toHaveLength(2)
    const { key, id } = await align.mint({ name: 'prod-sync' })
    const words = { 'https://app.alignsoft.us': align.running.url, ako_your_key_here: key }
    for (const command of commands) {
      expect(command).toContain('ako_your_key_here')
      expect(JSON.parse(await runPrinted(command, words))).toMatchObject({ apiKeyId: id, keyName: 'prod-sync' })
    }
  })
})
